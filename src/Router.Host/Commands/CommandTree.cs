using System.CommandLine;
using System.CommandLine.Help;
using Router.Host.Cli;
using Router.Host.Commands.Cluster;
using Router.Host.Commands.Experts;
using Router.Host.Commands.Serve;
using Router.Host.Commands.Tradeoff;
using Router.Host.Commands.Train;
using Router.Host.Commands.Tune;

namespace Router.Host.Commands;

/// <summary>Every command.</summary>
internal static class CommandTree
{
    /// <summary>The root command with all others below it.</summary>
    public static RootCommand Create(Surroundings surroundings)
    {
        RootCommand root = new("Routes images to randomized-smoothing experts and certifies the answers.")
        {
            DemoCommand.Create(surroundings),
            CertifyCommand.Create(surroundings),
            VerifyCommand.Create(surroundings),
            ReplayCommand.Create(surroundings),
            ReportCommand.Create(surroundings),
            PredictCommand.Create(surroundings),
            RouteCommand.Create(surroundings),
            ServeCommand.Create(surroundings),
            StatusCommand.Create(surroundings),
            WorkerCommand.Create(surroundings),
            ClusterCommand.Create(surroundings),
            ExpertsCommand.Create(surroundings),
            DataCommand.Create(surroundings),
            VotesCommand.Create(surroundings),
            AttackCommand.Create(surroundings),
            TradeoffCommand.Create(surroundings),
            TuneCommand.Create(surroundings),
            TrainCommand.Create(surroundings),
            BenchCommand.Create(surroundings),
            CompletionCommand.Create(surroundings),
        };
        root.ShowsHelp();
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        // Of Windows, and names of folders elsewhere.
        foreach (string slashed in (string[])["/h", "/?"]) help.Aliases.Remove(slashed);
        root.Options.OfType<VersionOption>().Single().Action = new VersionAction(surroundings);
        return root;
    }
}

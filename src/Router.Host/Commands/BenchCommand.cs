using System.CommandLine;
using System.Text.Json;
using Router.Experts.Cards;
using Router.Experts.Loading;
using Router.Host.Cli;
using Router.Host.Commands.Serve;
using Router.Votes;

namespace Router.Host.Commands;

/// <summary>
/// <c>dualrs bench votes</c>: how fast one expert votes, as a line of JSON for the scripts under bench/.
/// </summary>
internal static class BenchCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Command votes = new("votes", "Measures the votes per second of one expert.");
        Option<string> expert = votes.Required<string>("--expert", "The expert.");
        Option<int> count = votes.Option("--n", "Votes to time.", 2000, Accepted.AtLeast(1));
        RegistryOptions registry = new(votes);
        votes.SetAction(async (parsed, cancellationToken) =>
        {
            RegistryRequest request = registry.Read(parsed) with { Probe = false };
            using Deployment deployed =
                await Deployment.OpenAsync(request, parsed.GetValue(expert), surroundings, cancellationToken);
            IVoter voter = deployed.Classifier.Routes[0].Voter;
            GridInput input = Picture(deployed, surroundings);
            int batch = deployed.Registry.Experts[0].BatchSize;
            await voter.VoteAsync(new(input, new(0, 0), new(0, 2 * batch)), cancellationToken);
            long started = surroundings.Clock.GetTimestamp();
            await voter.VoteAsync(new(input, new(1, 0), new(0, parsed.GetValue(count))), cancellationToken);
            double seconds = surroundings.Clock.GetElapsedTime(started).TotalSeconds;
            surroundings.Out.Print(JsonSerializer.Serialize(new
            {
                votesPerSecond = parsed.GetValue(count) / seconds,
                batch,
                threads = request.Threads ?? Environment.ProcessorCount,
                n = parsed.GetValue(count),
                seconds,
                torch = deployed.Registry.Experts[0].Properties["libtorch"],
            }));
            return ExitCode.Done;
        });
        return new Command("bench", "Measurements.") { votes, BenchServeCommand.Create(surroundings) }.ShowsHelp();
    }

    private static GridInput Picture(Deployment deployed, Surroundings surroundings)
    {
        if (DataSets.Find(deployed.Registry.Config.Dataset, "test", surroundings) is { } data)
            return data.Read(0).Image.ToInput();
        return new(ProbePatterns.Levels(0), ProbePatterns.Channels, ProbePatterns.Height, ProbePatterns.Width);
    }
}

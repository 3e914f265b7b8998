using System.CommandLine;
using System.Text.Json;
using Router.Host.Cli;

namespace Router.Host.Commands.Serve;

/// <summary><c>dualrs status</c>: how a running daemon does.</summary>
internal static class StatusCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Command command =
            new("status",
            "Asks a running daemon how it does. Exit code 0: it is ready; 1: it is not; 2: nobody "
            + "answers.");
        AskedDaemon asked = new(command);
        Option<bool> json = command.Option<bool>("--json", "Print JSON.");
        command.SetAction(async (parsed, stopped) =>
        {
            (Uri url, string? key) = asked.Read(parsed, surroundings);
            using DaemonClient daemon = new(url, key);
            StatusReport report = await daemon.ReportAsync(stopped);
            if (parsed.GetValue(json)) surroundings.Out.Print(
                JsonSerializer.Serialize(report, StatusJson.Default.StatusReport));
            else StatusTable.Write(surroundings.Out, report);
            return report.State == StatusReport.ReadyState ? ExitCode.Done : ExitCode.NotReady;
        });
        return command;
    }
}

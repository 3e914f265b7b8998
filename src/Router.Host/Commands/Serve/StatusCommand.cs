using System.CommandLine;
using System.Text.Json;
using Router.Host.Cli;
using Router.Host.Serving.Operations;

namespace Router.Host.Commands.Serve;

/// <summary><c>dualrs status</c>: how a running daemon does.</summary>
internal static class StatusCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Command command =
            new("status",
            "Asks a running daemon how it does. Exit code 0: it is ready; 1: it is loading or stopping; 2: nobody "
            + "answers.");
        Option<string> url = command.Option("--url", "The daemon's address.", ListenAddress.Default);
        Option<string?> keyFile = command.Option<string?>(
            "--key-file", "A file with a key of the daemon, where it wants one.",
            leads: PathRule.Read("file of a key"));
        Option<string?> keyVariable = command.Option<string?>("--key-env", "An environment variable with it.");
        Option<bool> json = command.Option<bool>("--json", "Print JSON.");
        command.SetAction(async (parsed, stopped) =>
        {
            using DaemonClient daemon = new(Address(parsed.GetValue(url)!),
                Key(parsed.GetValue(keyFile), parsed.GetValue(keyVariable), surroundings));
            StatusReport report = await daemon.ReportAsync(stopped);
            if (parsed.GetValue(json)) surroundings.Out.Print(
                JsonSerializer.Serialize(report, StatusJson.Default.StatusReport));
            else StatusTable.Write(surroundings.Out, report);
            return report.State == StatusReport.ReadyState ? ExitCode.Done : ExitCode.NotReady;
        });
        return command;
    }

    private static Uri Address(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out Uri? address)
            && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            && address.PathAndQuery == "/"
            ? address
            : throw new InputFault(
                $"'{url}' is no address of a daemon: accepted is http or https with a name and a port, for example "
                + $"{ListenAddress.Default}");

    private static string? Key(string? file, string? variable, Surroundings surroundings)
    {
        if (file is not null && variable is not null)
            throw new InputFault("--key-file and --key-env both name a key: accepted is one of the two");
        if (file is null && variable is null)
            return null;
        string? key = variable is not null ? surroundings.Variable(variable)
            : File.Exists(surroundings.Resolve(file!)) ? File.ReadAllText(surroundings.Resolve(file!))
            : throw new InputFault($"there is no file of a key {file}");
        return key?.Trim() is { Length: > 0 } found && !found.Any(char.IsWhiteSpace) && found.All(char.IsAscii)
            ? found
            : throw new InputFault(
                $"{(file is null ? $"the variable {variable}" : file)} holds no key: accepted is one line of text "
                + "without blanks");
    }
}

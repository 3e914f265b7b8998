using System.CommandLine;
using Router.Evaluation;
using Router.Host.Cli;
using Router.Host.Serving.Operations;

namespace Router.Host.Commands.Serve;

/// <summary>The options that say which daemon a command asks, and with what key.</summary>
internal sealed class AskedDaemon
{
    private readonly Option<string> _url;
    private readonly Option<string?> _keyFile, _keyVariable;

    /// <summary>Adds them.</summary>
    public AskedDaemon(Command command)
    {
        _url = command.Option("--url", "The daemon's address.", ListenAddress.Default);
        _keyFile = command.Option<string?>(
            "--key-file", "A file with a key of the daemon, where it wants one.",
            leads: PathRule.Read("file of a key"));
        _keyVariable = command.Option<string?>("--key-env", "An environment variable with it.");
    }

    /// <summary>Its address, and the key; null where none was given.</summary>
    /// <exception cref="BadInputException">One of them is none.</exception>
    public (Uri Url, string? Key) Read(ParseResult parsed, Surroundings surroundings) => (
        Address(parsed.GetValue(_url)!),
        Key(parsed.GetValue(_keyFile), parsed.GetValue(_keyVariable), surroundings));

    private static Uri Address(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out Uri? address)
            && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            && address.PathAndQuery == "/"
            ? address
            : throw new BadInputException(
                $"'{url}' is no address of a daemon: accepted is http or https with a name and a port, for example "
                + $"{ListenAddress.Default}");

    private static string? Key(string? file, string? variable, Surroundings surroundings)
    {
        if (file is not null && variable is not null)
            throw new BadInputException("--key-file and --key-env both name a key: accepted is one of the two");
        if (file is null && variable is null)
            return null;
        string? key = variable is not null ? surroundings.Variable(variable)
            : File.ReadAllText(surroundings.Resolve(file!));
        return key?.Trim() is { Length: > 0 } found && !found.Any(char.IsWhiteSpace) && found.All(char.IsAscii)
            ? found
            : throw new BadInputException(
                $"{(file is null ? $"the variable {variable}" : file)} holds no key: accepted is one line of text "
                + "without blanks");
    }
}

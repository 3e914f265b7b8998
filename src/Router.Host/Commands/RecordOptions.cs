using System.CommandLine;
using System.Security.Cryptography;
using Router.Evaluation;
using Router.Host.Cli;

namespace Router.Host.Commands;

/// <summary>Whether records of the certificates are kept, and signed.</summary>
internal sealed class RecordOptions(Command command)
{
    private readonly Option<string?> _records = command.Option<string?>(
        "--records", "Also write every certificate's record here, one JSON document per line.",
        leads: PathRule.Write);
    private readonly Option<string?> _sign = PemKeys.SignOption(command);

    /// <summary>Whether records are asked for.</summary>
    public bool AreKept(ParseResult parsed) =>
        parsed.GetValue(_records) is not null || parsed.GetValue(_sign) is not null;

    /// <summary>Where records go, or null, and the key that signs them, or null.</summary>
    /// <exception cref="BadInputException">
    /// There is a key but nothing to sign, the key cannot be used, or the records cannot be written.
    /// </exception>
    public (string? Path, ECDsa? Key) Read(ParseResult parsed, Surroundings surroundings)
    {
        string? path = parsed.GetValue(_records), key = parsed.GetValue(_sign);
        if (path is null && key is not null)
            throw new BadInputException("--sign signs records, but --records is missing: name their file");
        return (path is null ? null : surroundings.Resolve(path), PemKeys.Private(key, surroundings));
    }
}

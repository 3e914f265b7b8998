using System.CommandLine;
using System.Security.Cryptography;
using Router.Evaluation;
using Router.Experts.Files;
using Router.Smoothing.Records;

namespace Router.Host.Cli;

/// <summary>Keys of records, P-256, from PEM files such as openssl writes.</summary>
internal static class PemKeys
{
    private const string Accepted =
        "accepted is a key on P-256 as PEM, such as openssl ecparam -name prime256v1 -genkey -noout makes";

    /// <summary>The option of every command that signs records.</summary>
    public static Option<string?> SignOption(Command command) =>
        command.Option<string?>("--sign", "Sign records with this private key (PEM, P-256).");

    /// <summary>A private key, to sign with; null where none is named.</summary>
    /// <exception cref="BadInputException">The file holds no private key on P-256, or is open to others.</exception>
    public static ECDsa? Private(string? path, Surroundings surroundings)
    {
        if (path is null)
            return null;
        ECDsa key = Read(path, surroundings);
        try
        {
            key.ExportParameters(includePrivateParameters: true);
        }
        catch (CryptographicException)
        {
            key.Dispose();
            throw new BadInputException($"{path} holds a public key: signing takes the private one");
        }
        if (FilePermissions.OfSecret(surroundings.Resolve(path)) is not { } open)
            return key;
        key.Dispose();
        throw new BadInputException(open);
    }

    /// <summary>A public key, to check signatures with; of a private key its public half.</summary>
    /// <exception cref="BadInputException">The file holds no key on P-256.</exception>
    public static ECDsa Public(string path, Surroundings surroundings) => Read(path, surroundings);

    private static ECDsa Read(string path, Surroundings surroundings)
    {
        string file = surroundings.Resolve(path);
        if (RegularFile.Objection(file) is { } objection)
            throw new BadInputException(objection);
        if (!File.Exists(file))
            throw new BadInputException($"there is no key {path}");
        ECDsa key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(file));
            if (RecordSignature.IsP256(key))
                return key;
        }
        catch (Exception fault) when (fault is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new BadInputException(
                $"{path} is no key that can be read ({fault.Message.TrimEnd('.')}): {Accepted}");
        }
        key.Dispose();
        throw new BadInputException($"{path} is a key on another curve: {Accepted}");
    }
}

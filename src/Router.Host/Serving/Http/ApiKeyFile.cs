using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Router.Evaluation;
using Router.Experts.Files;
using Router.Experts.Registry;
using Router.Host.Cli;
using Router.Host.Serving.Operations;

namespace Router.Host.Serving.Http;

/// <summary>
/// The keys that are let in, from a file that is read again whenever it changed: a key is rotated by writing the new
/// one beside the old one and removing that later. A file that was spoilt meanwhile changes nothing.
/// </summary>
internal sealed class ApiKeyFile
{
    private const string Expected =
        "expected an id, scopes (infer, admin, or both with a comma) and the SHA-256 of the key as 64 hex digits";

    private static readonly char[] Blank = [' ', '\t'];

    private readonly string _path;
    private readonly Lock _gate = new();
    private (DateTime Written, long Length) _version;
    private ImmutableArray<ApiKey> _keys;

    /// <summary>Reads a file.</summary>
    /// <param name="path">
    /// One key per line: id, scopes with commas, SHA-256 of the key in hex, and an allowance where it has one. Lines
    /// that start with # are not read.
    /// </param>
    /// <exception cref="BadInputException">The file is missing or has faults: all of them.</exception>
    public ApiKeyFile(string path)
    {
        _path = path;
        if (!File.Exists(path))
            throw new BadInputException($"there is no file of keys {path}");
        _version = FileVersion.Of(path);
        (_keys, string? faults) = Read(path);
        if (faults is not null) throw new BadInputException(faults);
    }

    /// <summary>The key whose text this is; null where there is none.</summary>
    /// <param name="text">What a caller sent.</param>
    /// <param name="log">Told where the file cannot be used any more.</param>
    public ApiKey? Find(string text, ILogger log)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        ApiKey? found = null;
        // All of them are compared, whichever it is.
        foreach (ApiKey key in Current(log))
            if (CryptographicOperations.FixedTimeEquals(key.Hash.AsSpan(), hash)) found = key;
        return found;
    }

    private ImmutableArray<ApiKey> Current(ILogger log)
    {
        lock (_gate)
        {
            (DateTime, long) version = FileVersion.Of(_path);
            if (version == _version) return _keys;
            _version = version;
            (ImmutableArray<ApiKey> keys, string? faults) = Read(_path);
            if (faults is null) _keys = keys;
            else log.KeysNotRead(faults);
            return _keys;
        }
    }

    private static (ImmutableArray<ApiKey> Keys, string? Faults) Read(string path)
    {
        string? text;
        TextFault? fault;
        try
        {
            RegularFile.Check(path);
            // It opens no door to who reads it, but to who writes it.
            if (FilePermissions.OfList(path) is { } open) return ([], open);
            (text, fault) = PlainText.Read(path);
        }
        catch (Exception unreadable)
            when (unreadable is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return ([], unreadable.Message);
        }
        if (text is null)
            return ([], $"{path}{fault}");
        string[] lines = text.ReplaceLineEndings("\n").Split('\n');
        ImmutableArray<ApiKey>.Builder keys = ImmutableArray.CreateBuilder<ApiKey>();
        List<string> faults = [];
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#') continue;
            (ApiKey? key, string? wrong) = ReadLine(line);
            if (key is null)
                faults.Add($"{path}({i + 1}): {wrong}");
            else if (keys.Any(earlier => earlier.Id == key.Id))
                faults.Add($"{path}({i + 1}): key '{key.Id}' stands there twice");
            else
                keys.Add(key);
        }
        if (keys.Count == 0 && faults.Count == 0) faults.Add($"{path} holds no key: nobody could ask anything");
        return (keys.ToImmutable(), faults.Count > 0 ? string.Join('\n', faults) : null);
    }

    private static (ApiKey? Key, string? Fault) ReadLine(string line)
    {
        if (line.Split(Blank, StringSplitOptions.RemoveEmptyEntries) is not [
            var id, var scopes, { Length: 2 * SHA256.HashSizeInBytes } hash, .. var allowance]
            || !hash.All(char.IsAsciiHexDigit))
            return (null, Expected);
        Scope[] read = [.. scopes.Split(',')
            .Select(scope => scope switch { "infer" => Scope.Infer, "admin" => Scope.Admin, _ => Scope.None })];
        if (read.Contains(Scope.None))
            return (null, Expected);
        string? fault = AllowanceTerms.Read(allowance, out AllowanceTerms? terms);
        return fault is null ? (new(id, [.. read], [.. Convert.FromHexString(hash)], terms), null) : (null, fault);
    }
}

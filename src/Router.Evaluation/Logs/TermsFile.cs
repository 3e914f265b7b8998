using System.Text.Json;
using Router.Experts.Files;

namespace Router.Evaluation.Logs;

/// <summary>What a run is about, all that its files have in common: it goes on under the same terms alone.</summary>
/// <typeparam name="T">The terms themselves.</typeparam>
public interface ITerms<in T>
{
    /// <summary>The version of the format.</summary>
    string Schema { get; }

    /// <summary>Whether they are terms that this version could have written, their schema apart.</summary>
    bool IsWhole { get; }

    /// <summary>What differs in other terms, in words; null where both are about the same run.</summary>
    string? Difference(T now);
}

/// <summary>The file of a run's terms: JSON, whole or not at all, there before anything else of the run.</summary>
/// <param name="path">The file.</param>
/// <param name="run">What runs: an attack, a pass, a recording.</param>
/// <param name="schema">The schema that this version reads and writes.</param>
/// <param name="place">What somebody chooses another of to begin anew: a file, a folder.</param>
/// <typeparam name="T">The terms.</typeparam>
public sealed class TermsFile<T>(string path, string run, string schema, string place) where T : class, ITerms<T>
{
    private static readonly JsonSerializerOptions Json =
        new(JsonSerializerDefaults.Web) { WriteIndented = true, AllowDuplicateProperties = false };

    /// <summary>Where it is.</summary>
    public string Path => path;

    /// <summary>Whether a run was begun.</summary>
    public bool Exists => File.Exists(path);

    /// <summary>The terms; null where no run was begun.</summary>
    /// <exception cref="BadInputException">The file is not what it should be.</exception>
    public T? Find()
    {
        if (!Exists) return null;
        try
        {
            T? terms = JsonSerializer.Deserialize<T>(File.ReadAllText(path), Json);
            return terms is { IsWhole: true } && terms.Schema == schema
                ? terms
                : throw new BadInputException(
                    path, $"it is of schema '{terms?.Schema}' or lacks something: this version reads {schema}; begin "
                        + $"the {run} again, in another {place}");
        }
        catch (JsonException fault)
        {
            throw new BadInputException(path, $"it describes no {run}: {fault.Message}");
        }
    }

    /// <summary>Writes the terms of a new run, or compares with those of the one that was begun.</summary>
    /// <exception cref="BadInputException">It was begun under other terms: the message says which differ.</exception>
    public void Claim(T now)
    {
        if (Find() is not { } begun)
            WholeFile.Write(path, JsonSerializer.Serialize(now, Json) + "\n");
        else if (begun.Difference(now) is { } difference)
            throw new BadInputException(
                path, $"the {run} cannot go on: {difference}; "
                + $"continue with the same settings, or choose another {place}");
    }
}

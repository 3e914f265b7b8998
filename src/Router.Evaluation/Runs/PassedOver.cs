using System.Collections.Concurrent;
using Router.Data;
using Router.Votes;

namespace Router.Evaluation.Runs;

/// <summary>
/// The images that a run goes on without: they cannot be read, or nobody votes on them, because workers died with them.
/// They are in no file, so that a run that is continued tries them again.
/// </summary>
/// <param name="told">Told of each, once; null for nobody.</param>
public sealed class PassedOver(Action<int, string>? told = null)
{
    private readonly ConcurrentDictionary<int, string> _reasons = new();

    /// <summary>Why, by the index of the image.</summary>
    public IReadOnlyDictionary<int, string> Reasons => _reasons;

    /// <summary>What is made of an image; null where it is passed over.</summary>
    /// <param name="data">Where the image is.</param>
    /// <param name="index">Which; it needs a label.</param>
    /// <param name="make">Asks voters about it.</param>
    internal async Task<T?> TryAsync<T>(DataSet data, int index, Func<LabelledImage, Task<T>> make) where T : class
    {
        LabelledImage image;
        try
        {
            image = data.Read(index);
            if (image.Label is null) throw new InvalidDataException($"image {index} of {data.Name} has no label");
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            Add(index, fault);
            return null;
        }
        try
        {
            return await make(image);
        }
        catch (VoterUnavailableException fault) when (fault.InnerException is RefusedInputException)
        {
            Add(index, fault);
            return null;
        }
    }

    private void Add(int index, Exception fault)
    {
        if (_reasons.TryAdd(index, fault.Message)) told?.Invoke(index, fault.Message);
    }
}

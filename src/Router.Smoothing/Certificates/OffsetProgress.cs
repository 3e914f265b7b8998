
namespace Router.Smoothing;

/// <summary>Progress of one stage told as progress of the whole: what earlier stages did is added.</summary>
public sealed class OffsetProgress : IProgress<long>
{
    private readonly IProgress<long> _whole;
    private readonly long _before;

    private OffsetProgress(IProgress<long> whole, long before) => (_whole, _before) = (whole, before);

    /// <summary>Progress that starts at <paramref name="before"/>; null where nobody listens.</summary>
    public static IProgress<long>? After(long before, IProgress<long>? whole) =>
        whole is null ? null : new OffsetProgress(whole, before);

    /// <inheritdoc/>
    public void Report(long value) => _whole.Report(_before + value);
}

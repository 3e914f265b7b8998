
namespace Router.Engine;

/// <summary>
/// What happens to [0,1] pixels, noise already added, before the first layer. No checkpoint says which; a wrong one
/// still answers plausibly. Closed: the kinds are the nested records. Constants are float32, as in the networks' own
/// code.
/// </summary>
public abstract record InputLayer
{
    private InputLayer() { }

    /// <summary>How many channels its constants cover; null where any number will do.</summary>
    public virtual int? Channels => null;

    /// <summary>Pixels enter as they are (MACER).</summary>
    public sealed record None : InputLayer
    {
        /// <inheritdoc/>
        public override string ToString() => "none";
    }

    /// <summary>(x − mean) / sd per channel (locuslab/smoothing).</summary>
    /// <param name="Mean">Per channel.</param>
    /// <param name="Sd">Per channel, &gt; 0; as many as <paramref name="Mean"/>.</param>
    public sealed record Standardize(ValueArray<float> Mean, ValueArray<float> Sd) : InputLayer
    {
        /// <inheritdoc/>
        public override int? Channels => Mean.Count;

        /// <inheritdoc/>
        public override string ToString() => $"standardize mean {Mean} sd {Sd}";
    }

    /// <summary>x − mean per channel, no division (Hadisalman/smoothing-adversarial).</summary>
    /// <param name="Mean">Per channel.</param>
    public sealed record Center(ValueArray<float> Mean) : InputLayer
    {
        /// <inheritdoc/>
        public override int? Channels => Mean.Count;

        /// <inheritdoc/>
        public override string ToString() => $"center {Mean}";
    }
}

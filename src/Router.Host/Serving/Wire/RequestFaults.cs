
namespace Router.Host.Serving.Wire;

/// <summary>What is wrong with a request: all of it, up to as much as anybody reads. A hostile body must not buy an answer larger than itself.</summary>
internal sealed class RequestFaults
{
    private const int Most = 10;

    private readonly List<string> _told = [];

    /// <summary>How many there are, told or not.</summary>
    public int Count { get; private set; }

    public void Add(string fault)
    {
        if (Count++ < Most) _told.Add(fault);
    }

    /// <summary>One sentence per fault.</summary>
    public override string ToString() => string.Join("; ", _told) + (Count > Most ? $"; and {Count - Most} more" : "");
}

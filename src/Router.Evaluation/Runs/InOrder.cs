using System.Runtime.CompilerServices;

namespace Router.Evaluation.Runs;

/// <summary>
/// Work of which several pieces are under way at once, so that passes of large batches are full, and whose results come
/// in the order of the pieces, so that a file of them can be continued.
/// </summary>
public static class InOrder
{
    /// <summary>Does the pieces and yields their results.</summary>
    /// <param name="pieces">What there is to do.</param>
    /// <param name="underWay">How many at once, ≥ 1.</param>
    /// <param name="work">Does one; its token ends where nobody wants the result any more.</param>
    /// <param name="cancellationToken">Stops; results that came stay.</param>
    public static async IAsyncEnumerable<TResult> RunAsync<TPiece, TResult>(
        IEnumerable<TPiece> pieces, int underWay, Func<TPiece, CancellationToken, Task<TResult>> work,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Queue<Task<TResult>> begun = new(underWay);
        try
        {
            foreach (TPiece piece in pieces)
            {
                if (begun.Count == underWay) yield return await begun.Dequeue();
                begun.Enqueue(Task.Run(() => work(piece, stop.Token), stop.Token));
            }
            while (begun.Count > 0) yield return await begun.Dequeue();
        }
        finally
        {
            // Nobody draws any more when the caller closes files and networks.
            await stop.CancelAsync();
            foreach (Task left in begun) await left.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}

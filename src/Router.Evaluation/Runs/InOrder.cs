using System.Runtime.CompilerServices;
using Router.Votes;

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
    public static IAsyncEnumerable<TResult> RunAsync<TPiece, TResult>(
        IEnumerable<TPiece> pieces, int underWay, Func<TPiece, CancellationToken, Task<TResult>> work,
        CancellationToken cancellationToken) =>
        RunAsync(pieces, underWay, (piece, _, stop) => work(piece, stop), cancellationToken);

    /// <summary>
    /// Does the pieces and yields their results. One that waits for those before it, and rests on votes that turn out
    /// wrong meanwhile, is done anew.
    /// </summary>
    /// <param name="pieces">What there is to do.</param>
    /// <param name="underWay">How many at once, ≥ 1.</param>
    /// <param name="work">
    /// Does one; says whose votes it rests on. Its token ends where nobody wants the result any more.
    /// </param>
    /// <param name="cancellationToken">Stops; results that came stay.</param>
    public static async IAsyncEnumerable<TResult> RunAsync<TPiece, TResult>(
        IEnumerable<TPiece> pieces, int underWay, Func<TPiece, AnswerSources, CancellationToken, Task<TResult>> work,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Queue<(TPiece Piece, AnswerSources Sources, Task<TResult> Work)> begun = new(underWay);
        try
        {
            foreach (TPiece piece in pieces)
            {
                if (begun.Count == underWay) yield return await NextAsync();
                begun.Enqueue(Begin(piece));
            }
            while (begun.Count > 0) yield return await NextAsync();
        }
        finally
        {
            // Nobody draws any more when the caller closes files and networks.
            await stop.CancelAsync();
            foreach ((_, _, Task left) in begun) await left.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        (TPiece Piece, AnswerSources Sources, Task<TResult> Work) Begin(TPiece piece)
        {
            AnswerSources sources = new();
            return (piece, sources, Task.Run(() => work(piece, sources, stop.Token), stop.Token));
        }

        async Task<TResult> NextAsync()
        {
            (TPiece piece, AnswerSources sources, Task<TResult> done) = begun.Dequeue();
            TResult result = await done;
            while (sources.AreWrong)
            {
                (_, sources, done) = Begin(piece);
                result = await done;
            }
            return result;
        }
    }
}

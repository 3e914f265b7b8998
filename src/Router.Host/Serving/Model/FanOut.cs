using Router.Votes;

namespace Router.Host.Serving.Model;

/// <summary>
/// The images of one request: one after the other on the request's own turn, several at once on turns that nobody waits
/// for. A request of many images fills an idle machine and does not stand in the way on a busy one. An answer that
/// waits for the others, and rests on votes that turn out wrong meanwhile, is made anew.
/// </summary>
/// <typeparam name="T">The answer for one image.</typeparam>
/// <param name="turns">Where more turns come from.</param>
/// <param name="party">Whose request it is.</param>
/// <param name="answer">Answers the image of an index; says whose votes that rests on.</param>
internal sealed class FanOut<T>(
    AdmissionQueue turns, string party, Func<int, AnswerSources, CancellationToken, Task<T>> answer)
{
    /// <summary>Answers them all.</summary>
    /// <param name="count">How many images.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>In the order of the images.</returns>
    public async Task<T[]> OverAsync(int count, CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        T[] answers = new T[count];
        AnswerSources[] sources = new AnswerSources[count];
        List<Task> workers = [];
        int next = -1;

        async Task AnswerAsync(int image)
        {
            try
            {
                sources[image] = new();
                answers[image] = await answer(image, sources[image], stop.Token);
            }
            catch
            {
                await stop.CancelAsync();
                throw;
            }
        }

        async Task HelpAsync(IDisposable turn)
        {
            using (turn)
                while (!turns.AreWanted && Interlocked.Increment(ref next) is var image && image < count)
                    await AnswerAsync(image);
        }

        async Task LeadAsync()
        {
            while (Interlocked.Increment(ref next) is var image && image < count)
            {
                while (Volatile.Read(ref next) < count - 1 && turns.TryTakeFree(party) is { } free)
                    workers.Add(HelpAsync(free));
                await AnswerAsync(image);
            }
        }

        Task lead = LeadAsync();
        await lead.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // A fault comes before the cancellations that it led to.
        await Task.WhenAll([lead, .. workers]);
        while (Array.FindIndex(sources, one => one.AreWrong) is >= 0 and var wrong) await AnswerAsync(wrong);
        return answers;
    }
}

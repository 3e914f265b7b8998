using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Router.Engine.LibTorch;

namespace Router.Engine;

/// <summary>
/// The threads of the process that make forward passes on a CPU. Each takes a part of a batch and every operation on it
/// by itself: threads that share single operations wait for each other after every one of them.
/// </summary>
internal static class PassThreads
{
    private static readonly BlockingCollection<Action> Parts = [];
    private static readonly Lock Starting = new();
    private static int _started;

    /// <summary>Makes the parts of a pass at the same time, and comes back when all are made.</summary>
    /// <param name="count">How many, ≥ 1.</param>
    /// <param name="part">Makes the part of a number, from 0; on any thread.</param>
    /// <exception cref="Exception">What the first part that failed failed with.</exception>
    public static void Run(int count, Action<int> part)
    {
        Start(count);
        using CountdownEvent left = new(count);
        ExceptionDispatchInfo? fault = null;
        for (int k = 0; k < count; k++)
        {
            int number = k;
            Parts.Add(() =>
            {
                try
                {
                    part(number);
                }
                catch (Exception caught)
                {
                    Interlocked.CompareExchange(ref fault, ExceptionDispatchInfo.Capture(caught), null);
                }
                finally
                {
                    left.Signal();
                }
            });
        }
        left.Wait();
        fault?.Throw();
    }

    private static void Start(int count)
    {
        if (Volatile.Read(ref _started) >= count) return;
        lock (Starting)
        {
            if (_started >= count) return;
            int others = torch.get_num_threads();
            for (; _started < count; _started++)
            {
                using ManualResetEventSlim ready = new();
                new Thread(() => Work(ready.Set))
                {
                    IsBackground = true, Name = $"forward passes {_started}",
                }.UnsafeStart();
                ready.Wait();
            }
            // Whoever else computes in this process keeps its number: it is one for threads that are to come.
            NativeTorch.UseThreads(others);
        }
    }

    private static void Work(Action ready)
    {
        NativeTorch.UseThreads(1);
        // A thread takes the number when it first asks for it, and keeps that.
        _ = torch.get_num_threads();
        ready();
        foreach (Action part in Parts.GetConsumingEnumerable()) part();
    }
}

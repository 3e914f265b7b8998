using System.Collections.Concurrent;
using Router.Engine.LibTorch;

namespace Router.Engine;

/// <summary>
/// The threads of the process that make forward passes on a CPU. Each takes a part of a batch and every operation on it
/// by itself: threads that share single operations wait for each other after every one of them.
/// </summary>
internal static class PassThreads
{
    private static readonly BlockingCollection<Task> Parts = [];
    private static readonly Lock Starting = new();
    private static int _started;

    /// <summary>The parts of a pass, and threads for them.</summary>
    /// <param name="count">How many, ≥ 1.</param>
    /// <param name="part">Makes the part of a number, from 0; on any thread.</param>
    public static Task[] Of(int count, Action<int> part)
    {
        StartThreads(count);
        return [.. Enumerable.Range(0, count).Select(number => new Task(() => part(number)))];
    }

    /// <summary>Has parts made, each as soon as a thread has nothing to do.</summary>
    /// <param name="parts">Of <see cref="Of"/>.</param>
    public static void Make(Task[] parts)
    {
        foreach (Task part in parts) Parts.Add(part);
    }

    private static void StartThreads(int count)
    {
        if (Volatile.Read(ref _started) >= count) return;
        lock (Starting)
            for (; _started < count; _started++)
            {
                using ManualResetEventSlim ready = new();
                new Thread(() => Work(ready.Set))
                {
                    IsBackground = true, Name = $"forward passes {_started}",
                }.UnsafeStart();
                // It sets the process's number, which is one already where a registry was loaded, before others go on.
                ready.Wait();
            }
    }

    private static void Work(Action ready)
    {
        NativeTorch.UseThreads(1);
        // A thread takes the number when it first asks for it, and keeps that.
        _ = torch.get_num_threads();
        ready();
        foreach (Task part in Parts.GetConsumingEnumerable()) part.RunSynchronously(TaskScheduler.Default);
    }
}

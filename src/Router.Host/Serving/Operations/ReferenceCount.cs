

namespace Router.Host.Serving.Operations;

/// <summary>Who still uses something that is to go: it goes once its owner and everybody else gave it back.</summary>
internal sealed class ReferenceCount
{
    private readonly TaskCompletionSource _none = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count = 1;

    /// <summary>One more use, until it is disposed of. Only while the owner has not ended.</summary>
    public IDisposable Take()
    {
        Interlocked.Increment(ref _count);
        return new Use(this);
    }

    /// <summary>The owner's use ends: waits for all others. Nobody may take one any more.</summary>
    public Task EndAsync()
    {
        GiveBack();
        return _none.Task;
    }

    private void GiveBack()
    {
        if (Interlocked.Decrement(ref _count) == 0) _none.TrySetResult();
    }

    private sealed class Use(ReferenceCount uses) : IDisposable
    {
        private int _isBack;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isBack, 1) == 0) uses.GiveBack();
        }
    }
}

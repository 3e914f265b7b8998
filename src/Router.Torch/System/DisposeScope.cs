namespace Router.Torch;

/// <summary>Holds the tensors made on its thread since it was opened, and disposes them when it is disposed. Scopes nest.</summary>
public sealed class DisposeScope : IDisposable
{
    private readonly HashSet<IDisposable> held = new(ReferenceEqualityComparer.Instance);
    private readonly DisposeScope? outer;
    private bool disposed;

    [ThreadStatic] private static DisposeScope? current;

    private DisposeScope(DisposeScope? outer) => this.outer = outer;

    internal static DisposeScope Open() => current = new DisposeScope(current);

    /// <summary>Puts a new tensor into the thread's innermost scope, if there is one.</summary>
    internal static DisposeScope? Register(torch.Tensor tensor)
    {
        // A scope may have been closed on another thread, after an await.
        while (current is { disposed: true })
            current = current.outer;
        current?.held.Add(tensor);
        return current;
    }

    internal static void Replace(torch.Tensor original, torch.Tensor replacement)
    {
        if (original.OwningDisposeScope is not { } scope || !scope.held.Remove(original))
            return;
        original.OwningDisposeScope = null;
        scope.held.Add(replacement);
        replacement.OwningDisposeScope = scope;
    }

    public IReadOnlyList<IDisposable> DisposablesView => [.. Open(this).held];

    public int DisposablesCount => Open(this).held.Count;

    public bool Contains(IDisposable disposable) => held.Contains(disposable);

    public T MoveToOuter<T>(T disposable)
        where T : IDisposable
    {
        Move(disposable, outer);
        return disposable;
    }

    public (T1 first, T2 second) MoveToOuter<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable
        where T2 : IDisposable => (MoveToOuter(first), MoveToOuter(second));

    public void MoveToOuter(params IDisposable[] disposables)
    {
        foreach (IDisposable disposable in disposables)
            Move(disposable, outer);
    }

    public T MoveToOther<T>(DisposeScope? scope, T disposable)
        where T : IDisposable
    {
        Move(disposable, scope);
        return disposable;
    }

    public T Detach<T>(T disposable)
        where T : IDisposable
    {
        Move(disposable, null);
        return disposable;
    }

    public void Detach(params IDisposable[] disposables)
    {
        foreach (IDisposable disposable in disposables)
            Move(disposable, null);
    }

    public void Attach(IDisposable disposable)
    {
        torch.Tensor tensor = Tensor(disposable);
        if (ReferenceEquals(tensor.OwningDisposeScope, Open(this)))
            return;
        tensor.OwningDisposeScope?.held.Remove(tensor);
        held.Add(tensor);
        tensor.OwningDisposeScope = this;
    }

    public void MarkAsDisposed(IDisposable disposable)
    {
        held.Remove(disposable);
        Tensor(disposable).OwningDisposeScope = null;
    }

    public void DisposeEverything() => DisposeEverythingBut();

    public void DisposeEverythingBut(params IDisposable[] keep)
    {
        IDisposable[] all = [.. Open(this).held];
        held.Clear();
        held.UnionWith(keep);
        foreach (IDisposable disposable in all)
            if (!held.Contains(disposable))
                disposable.Dispose();
    }

    public T DisposeEverythingBut<T>(T keep)
        where T : IDisposable
    {
        DisposeEverythingBut([keep]);
        return keep;
    }

    public void Dispose()
    {
        if (disposed)
            return;
        DisposeEverything();
        disposed = true;
        // Scopes may be closed out of order; a closed one is skipped when those inside it end.
        while (current is { disposed: true })
            current = current.outer;
    }

    private void Move(IDisposable disposable, DisposeScope? to)
    {
        while (to is { disposed: true })
            to = to.outer;
        if (!Open(this).held.Remove(disposable))
            return;
        Tensor(disposable).OwningDisposeScope = to;
        to?.held.Add(disposable);
    }

    private static DisposeScope Open(DisposeScope scope)
    {
        ObjectDisposedException.ThrowIf(scope.disposed, scope);
        return scope;
    }

    private static torch.Tensor Tensor(IDisposable disposable) =>
        disposable as torch.Tensor
        ?? throw new InvalidOperationException($"a dispose scope holds tensors, not a {disposable.GetType().Name}");
}

namespace Tests;

/// <summary>
/// Passes on what is reported, on the thread that reports it; <see cref="Progress{T}"/> posts it to another.
/// </summary>
/// <param name="tell">Hears it.</param>
internal sealed class Told<T>(Action<T> tell) : IProgress<T>
{
    public void Report(T value) => tell(value);
}

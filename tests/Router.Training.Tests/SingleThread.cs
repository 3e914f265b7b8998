using System.Runtime.CompilerServices;
using Router.Training.Runs;

namespace Router.Training.Tests;

/// <summary>
/// Small tensors on one thread: test classes run side by side, and threads that wait for each other take longer than
/// they save.
/// </summary>
internal static class SingleThread
{
    [ModuleInitializer]
    public static void Use() => TrainingDevice.UseThreads(1);
}

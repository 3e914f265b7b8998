using System.Runtime.CompilerServices;
using Router.Engine.LibTorch;

namespace Router.Experts.Tests;

/// <summary>Tests make tensors of their own before the product does.</summary>
internal static class LibTorchOnce
{
    [ModuleInitializer]
    public static void Load() => NativeTorch.Load();
}

namespace Router.Torch;

/// <summary>The members of TorchSharp's <c>torch</c> that the product uses, over the libtorch of the machine.</summary>
public static partial class torch
{
}

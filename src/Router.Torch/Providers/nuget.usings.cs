// The tensor provider `nuget`: TorchSharp's packages.
global using TorchSharp;
global using torch = TorchSharp.torch;

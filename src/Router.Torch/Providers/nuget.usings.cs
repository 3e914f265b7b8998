// The tensor provider `nuget`: TorchSharp's packages.
global using TorchSharp;
global using OptimizerHelper = TorchSharp.Modules.OptimizerHelper;
global using Parameter = TorchSharp.Modules.Parameter;
global using torch = TorchSharp.torch;

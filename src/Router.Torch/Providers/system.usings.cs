// The tensor provider `system`: Router.Torch's binding over the libtorch of the machine.
global using Router.Torch;
global using OptimizerHelper = Router.Torch.Modules.OptimizerHelper;
global using Parameter = Router.Torch.Modules.Parameter;
global using torch = Router.Torch.torch;

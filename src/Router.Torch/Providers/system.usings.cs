// The tensor provider `system`: Router.Torch's binding over the libtorch of the machine.
global using Router.Torch;
global using torch = Router.Torch.torch;

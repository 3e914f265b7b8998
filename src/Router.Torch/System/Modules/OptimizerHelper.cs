namespace Router.Torch.Modules;

/// <summary>What the optimizers share.</summary>
public abstract class OptimizerHelper
{
}

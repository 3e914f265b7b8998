namespace Router.Torch.Modules;

/// <summary>A tensor that is trained. It takes the given tensor over, which becomes invalid.</summary>
public class Parameter : torch.Tensor
{
    public Parameter(torch.Tensor data, bool requires_grad = true)
        : this(data.with_requires_grad(requires_grad), data.OwningDisposeScope)
    {
    }

    private Parameter(torch.Tensor data, DisposeScope? scope)
        : base(data.TakeHandle(), register: false)
    {
        if (scope is not null)
            DisposeScope.Replace(data, this);
    }
}

using Router.Engine.LibTorch;

namespace Router.Engine.Architectures;

/// <summary>
/// Several networks as one: its logits are the mean of theirs, summed in their order in Float32. Which of them is how
/// sure decides more than a count of votes would (Horváth et al. 2022).
/// </summary>
internal sealed class Ensemble : INetwork
{
    private readonly IReadOnlyList<INetwork> _members;

    /// <summary>An ensemble of at least one network; owns them.</summary>
    /// <exception cref="ArgumentException">They do not answer with as many logits each.</exception>
    public Ensemble(IReadOnlyList<INetwork> members)
    {
        if (members.Select(member => member.ClassCount).Distinct().Count() != 1)
            throw new ArgumentException(
                $"members have {string.Join(", ", members.Select(member => member.ClassCount))} outputs",
                nameof(members));
        _members = members;
    }

    /// <inheritdoc/>
    public int ClassCount => _members[0].ClassCount;

    /// <inheritdoc/>
    public torch.Tensor Forward(torch.Tensor images)
    {
        // A script may write into what it is given.
        torch.Tensor sum = _members[0].Logits(images.clone());
        foreach (INetwork member in _members.Skip(1))
            sum = sum.Plus(member.Logits(images.clone()));
        return sum.Times(1.0 / _members.Count);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (INetwork member in _members) member.Dispose();
    }
}

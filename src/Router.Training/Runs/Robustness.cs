
namespace Router.Training.Runs;

/// <summary>How an expert gets robust at its σ. Closed: the kinds are the nested records.</summary>
public abstract record Robustness
{
    private Robustness() { }

    /// <summary>Noise alone: Cohen, Rosenfeld and Kolter 2019.</summary>
    public sealed record Gaussian : Robustness;

    /// <summary>Answers that agree across draws of noise: Jeong and Shin 2020.</summary>
    /// <param name="Copies">m ≥ 2.</param>
    /// <param name="Lambda">λ ≥ 0.</param>
    /// <param name="Eta">η ≥ 0.</param>
    public sealed record Consistency(int Copies, double Lambda, double Eta) : Robustness;

    /// <summary>Images that an adversary has moved: SmoothAdv-PGD, Salman et al. 2019.</summary>
    /// <param name="Epsilon">ε, ℓ2 in [0,1] pixels, &gt; 0.</param>
    /// <param name="Steps">Steps of the adversary, ≥ 1.</param>
    /// <param name="Copies">m ≥ 1.</param>
    /// <param name="Warmup">Epochs until ε is reached, ≥ 0.</param>
    public sealed record Adversarial(double Epsilon, int Steps, int Copies, int Warmup) : Robustness;
}

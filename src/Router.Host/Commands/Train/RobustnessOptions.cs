using System.CommandLine;
using Router.Host.Cli;
using Router.Training.Experts;

namespace Router.Host.Commands.Train;

/// <summary>How an expert gets robust: noise alone, unless consistency or an adversary is asked for.</summary>
internal sealed class RobustnessOptions
{
    private readonly Option<double?> _consistency = new("--consistency") { Description = "λ of consistency regularisation (Jeong and Shin 2020): 5 to 20." };
    private readonly Option<double> _eta = new("--eta") { Description = "η of consistency regularisation.", DefaultValueFactory = _ => .5 };
    private readonly Option<double?> _adversarial = new("--adversarial") { Description = "ε of SmoothAdv-PGD (Salman et al. 2019), ℓ2 in [0,1] pixels." };
    private readonly Option<int> _steps = new("--steps") { Description = "Steps of the adversary.", DefaultValueFactory = _ => 2 };
    private readonly Option<int> _warmup = new("--warmup") { Description = "Epochs until the adversary's ε is reached.", DefaultValueFactory = _ => 10 };
    private readonly Option<int> _copies = new("--copies") { Description = "Draws of noise per image in a step, for both.", DefaultValueFactory = _ => 2 };

    public RobustnessOptions(Command command)
    {
        foreach (Option option in (Option[])[_consistency, _eta, _adversarial, _steps, _warmup, _copies])
            command.Options.Add(option);
        _steps.Validators.Add(Cli.Range.AtLeast<int>(1));
        _warmup.Validators.Add(Cli.Range.AtLeast<int>(0));
        _copies.Validators.Add(Cli.Range.AtLeast<int>(1));
    }

    /// <summary>What was asked for.</summary>
    /// <exception cref="InputFault">Both were.</exception>
    public Robustness Read(ParseResult parsed) => (parsed.GetValue(_consistency), parsed.GetValue(_adversarial)) switch
    {
        (null, null) => new Robustness.Gaussian(),
        ({ } lambda, null) => new Robustness.Consistency(parsed.GetValue(_copies), lambda, parsed.GetValue(_eta)),
        (null, { } epsilon) => new Robustness.Adversarial(epsilon, parsed.GetValue(_steps), parsed.GetValue(_copies), parsed.GetValue(_warmup)),
        _ => throw new InputFault("--consistency and --adversarial are two ways: accepted is one of them"),
    };
}

using System.CommandLine;
using Router.Evaluation;
using Router.Host.Cli;
using Router.Training.Runs;

namespace Router.Host.Commands.Train;

/// <summary>How an expert gets robust: noise alone, unless consistency or an adversary is asked for.</summary>
internal sealed class RobustnessOptions
{
    private readonly Option<double?> _consistency, _adversarial;
    private readonly Option<double> _eta;
    private readonly Option<int> _steps, _warmup, _copies;

    /// <param name="command">The command.</param>
    /// <param name="prefix">What their names begin with.</param>
    public RobustnessOptions(Command command, string prefix = "--")
    {
        _consistency = command.Option<double?>(
            prefix + "consistency", "λ of consistency regularisation (Jeong and Shin 2020): 5 to 20.",
            Accepted.From(0));
        _eta = command.Option(prefix + "eta", "η of consistency regularisation.", .5, Accepted.From(0))
            .OnlyWith(_consistency);
        _adversarial = command.Option<double?>(
            prefix + "adversarial", "ε of SmoothAdv-PGD (Salman et al. 2019), ℓ2 in [0,1] pixels.", Accepted.Above(0));
        _steps = command.Option(prefix + "steps", "Steps of the adversary.", 2, Accepted.AtLeast(1))
            .OnlyWith(_adversarial);
        _warmup = command.Option(
            prefix + "warmup", "Epochs until the adversary's ε is reached.", 10, Accepted.AtLeast(0))
            .OnlyWith(_adversarial);
        _copies = command.Option(
            prefix + "copies", "Draws of noise per image in a step, for both.", 2, Accepted.AtLeast(1))
            .OnlyWith(_consistency, _adversarial);
    }

    /// <summary>What was asked for.</summary>
    /// <exception cref="BadInputException">Both were, or one draw of noise is to agree with others.</exception>
    public Robustness Read(ParseResult parsed) => (parsed.GetValue(_consistency), parsed.GetValue(_adversarial)) switch
    {
        (null, null) => new Robustness.Gaussian(),
        ({ } lambda, null) => new Robustness.Consistency(
            CopiesFor(lambda, parsed), lambda, parsed.GetValue(_eta)),
        (null, { } epsilon) => new Robustness.Adversarial(
            epsilon, parsed.GetValue(_steps), parsed.GetValue(_copies), parsed.GetValue(_warmup)),
        _ => throw new BadInputException(
            $"{_consistency.Name} and {_adversarial.Name} are two ways: accepted is one of them"),
    };

    private int CopiesFor(double lambda, ParseResult parsed) =>
        Agreeing.Objection(_consistency, lambda, _copies, parsed.GetValue(_copies)) is { } objection
            ? throw new BadInputException(objection) : parsed.GetValue(_copies);
}

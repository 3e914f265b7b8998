using System.CommandLine;
using Router.Engine;
using Router.Evaluation;
using Router.Host.Cli;
using Router.Training.Batches;

namespace Router.Host.Commands.Train;

/// <summary>The noise that an expert learns: one σ, or several at once.</summary>
internal sealed class NoiseOptions(Command command)
{
    private readonly Option<decimal?> _sigma = command.Option<decimal?>(
        "--sigma", "σ of the noise, in [0,1] pixels.", Accepted.Sigma);
    private readonly Option<decimal[]> _sigmas = command.Several<decimal>(
        "--sigmas",
        "Instead of --sigma: several σ, of which the images of a batch have one each in turn. An architecture that "
        + "sees σ (cifar_resnetD_sigma) serves as one expert for each.", accepted: Accepted.Sigma);

    /// <summary>What was asked for.</summary>
    /// <exception cref="BadInputException">None, both, or a σ that no noise has.</exception>
    public NoiseLevels Read(ParseResult parsed)
    {
        decimal[] several = parsed.GetValue(_sigmas)!;
        if (parsed.GetValue(_sigma) is { } one)
            return several.Length == 0 ? NoiseLevels.Of(one)
                : throw new BadInputException("--sigma and --sigmas are two ways: accepted is one of them");
        if (several.Length == 0)
            throw new BadInputException(
                "no σ is given: accepted is --sigma S, or --sigmas S S … for one network for several");
        return several.Distinct().Count() == several.Length ? new(several.ToValueArray())
            : throw new BadInputException($"--sigmas {string.Join(' ', several)} has a σ twice: accepted is each once");
    }
}

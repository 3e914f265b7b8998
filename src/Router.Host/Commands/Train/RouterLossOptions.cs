using System.CommandLine;
using System.Globalization;
using Router.Engine;
using Router.Evaluation;
using Router.Host.Cli;
using Router.Training.Runs;

namespace Router.Host.Commands.Train;

/// <summary>The options of what a router is trained for: under which noise, by which loss.</summary>
internal sealed class RouterLossOptions
{
    private const string GoodRoutes = "good-routes", OptimalSigma = "optimal-sigma";

    private readonly Option<decimal?> _sigma;
    private readonly Option<string> _loss;
    private readonly Option<int> _copies;
    private readonly Option<double> _lambda, _eta, _temperature;
    private readonly Option<double[]> _radii, _weights;

    /// <param name="command">The command.</param>
    /// <param name="prefix">What their names begin with.</param>
    public RouterLossOptions(Command command, string prefix = "--")
    {
        _sigma = command.Option<decimal?>(
            prefix + "sigma", "s: σ of the router's own noise (default: the largest of its experts).", Accepted.Sigma);
        _loss = command.Choice(
            prefix + "loss", "good-routes, or optimal-sigma: the paper's.", GoodRoutes, GoodRoutes, OptimalSigma);
        _copies = command.Option(
            prefix + "copies", "m: draws of noise per image in a step.", 2, Accepted.AtLeast(1));
        _lambda = command.Option(
            prefix + "consistency", "λ: how much the copies should agree (the paper: 40).", 5.0, Accepted.From(0));
        _eta = command.Option(
            prefix + "eta", "η: how sure their mean should be (the paper: 0.5).", 0.0, Accepted.From(0));
        _temperature = command.Option(
            prefix + "temperature", "T of the soft labels of optimal-sigma.", .1, Accepted.Above(0))
            .OnlyWithChoice(_loss, OptimalSigma);
        _radii = command.Several<double>(
            prefix + "radii", "Of good-routes: the radii that matter.", accepted: Accepted.From(0))
            .OnlyWithChoice(_loss, GoodRoutes);
        _weights = command.Several<double>(
            prefix + "weights", "Of good-routes: what each radius counts (default: all the same).",
            accepted: Accepted.From(0)).OnlyWithChoice(_loss, GoodRoutes);
    }

    /// <summary>What was asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="largest">The largest σ of its experts.</param>
    /// <param name="input">Its input layer.</param>
    /// <param name="recipe">How.</param>
    /// <exception cref="BadInputException">
    /// There are other than one weight per radius, or one draw of noise is to agree with others.
    /// </exception>
    public RouterTraining Read(ParseResult parsed, decimal largest, InputLayer input, Recipe recipe)
    {
        if (parsed.IsGiven(_lambda)
            && Agreeing.Objection(
                _lambda, parsed.GetValue(_lambda), _copies, parsed.GetValue(_copies)) is { } objection)
            throw new BadInputException(objection);
        RouterTraining plain = new()
        {
            Sigma = parsed.GetValue(_sigma) ?? largest, Input = input, Recipe = recipe,
            Loss = parsed.GetValue(_loss) == OptimalSigma ? RouterLossKind.OptimalSigma : RouterLossKind.GoodRoutes,
            Copies = parsed.GetValue(_copies), Lambda = parsed.GetValue(_lambda), Eta = parsed.GetValue(_eta),
            Temperature = parsed.GetValue(_temperature),
        };
        double[] radii = parsed.GetValue(_radii) is { Length: > 0 } given ? given : [.. plain.Radii];
        double[] weights = parsed.GetValue(_weights) is { Length: > 0 } told ? told : [.. radii.Select(_ => 1.0)];
        return weights.Length == radii.Length
            ? plain with { Radii = [.. radii], Weights = [.. weights] }
            : throw new BadInputException(string.Create(
                CultureInfo.InvariantCulture,
                $"{_weights.Name} has {weights.Length} numbers for {radii.Length} radii ({string.Join(' ', radii)}): "
                + $"accepted is one for each"));
    }
}

using System.CommandLine;
using System.Globalization;
using Router.Experts.Inputs;
using Router.Host.Cli;
using Router.Training.Routers;
using Router.Training.Runs;

namespace Router.Host.Commands.Train;

/// <summary>The options of what a router is trained for: under which noise, by which loss.</summary>
internal sealed class RouterLossOptions(string prefix = "--")
{
    private readonly Option<decimal?> _sigma = new(prefix + "sigma") { Description = "s: σ of the router's own noise (default: the largest of its experts)." };
    private readonly Option<string> _loss = new(prefix + "loss") { Description = "good-routes, or optimal-sigma: the paper's.", DefaultValueFactory = _ => "good-routes" };
    private readonly Option<int> _copies = new(prefix + "copies") { Description = "m: draws of noise per image in a step.", DefaultValueFactory = _ => 2 };
    private readonly Option<double> _lambda = new(prefix + "consistency") { Description = "λ: how much the copies should agree (the paper: 40).", DefaultValueFactory = _ => 5 };
    private readonly Option<double> _eta = new(prefix + "eta") { Description = "η: how sure their mean should be (the paper: 0.5).", DefaultValueFactory = _ => 0 };
    private readonly Option<double> _temperature = new(prefix + "temperature") { Description = "T of the soft labels of optimal-sigma.", DefaultValueFactory = _ => .1 };
    private readonly Option<double[]> _radii = new(prefix + "radii") { Description = "Of good-routes: the radii that matter.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
    private readonly Option<double[]> _weights = new(prefix + "weights") { Description = "Of good-routes: what each radius counts (default: all the same).", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };

    public RouterLossOptions AddTo(Command command)
    {
        _loss.AcceptOnlyFromAmong("good-routes", "optimal-sigma");
        _sigma.Validators.Add(Cli.Range.Sigma<decimal?>());
        _copies.Validators.Add(Cli.Range.AtLeast<int>(1));
        foreach (Option option in (Option[])[_sigma, _loss, _copies, _lambda, _eta, _temperature, _radii, _weights])
            command.Options.Add(option);
        return this;
    }

    /// <summary>What was asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="largest">The largest σ of its experts.</param>
    /// <param name="input">Its input layer.</param>
    /// <param name="recipe">How.</param>
    /// <exception cref="InputFault">There are other than one weight per radius.</exception>
    public RouterTraining Read(ParseResult parsed, decimal largest, InputLayer input, Recipe recipe)
    {
        RouterTraining plain = new()
        {
            Sigma = parsed.GetValue(_sigma) ?? largest, Input = input, Recipe = recipe,
            Loss = parsed.GetValue(_loss) == "optimal-sigma" ? RouterLossKind.OptimalSigma : RouterLossKind.GoodRoutes,
            Copies = parsed.GetValue(_copies), Lambda = parsed.GetValue(_lambda), Eta = parsed.GetValue(_eta), Temperature = parsed.GetValue(_temperature),
        };
        double[] radii = parsed.GetValue(_radii) is { Length: > 0 } given ? given : [.. plain.Radii];
        double[] weights = parsed.GetValue(_weights) is { Length: > 0 } told ? told : [.. radii.Select(_ => 1.0)];
        return weights.Length == radii.Length
            ? plain with { Radii = [.. radii], Weights = [.. weights] }
            : throw new InputFault(string.Create(
                CultureInfo.InvariantCulture, $"{_weights.Name} has {weights.Length} numbers for {radii.Length} radii ({string.Join(' ', radii)}): accepted is one for each"));
    }
}

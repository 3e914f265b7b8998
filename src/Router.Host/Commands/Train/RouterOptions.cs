using System.CommandLine;
using System.Globalization;
using Router.Experts.Checkpoints;
using Router.Experts.Inputs;
using Router.Host.Cli;
using Router.Training.Routers;
using Router.Training.Runs;
using Router.Training.Targets;

namespace Router.Host.Commands.Train;

/// <summary>The options of a router's training: from whose answers it learns, under which noise, by which loss.</summary>
internal sealed class RouterOptions
{
    private readonly Option<string[]> _targets = new("--targets") { Description = "Tables of dualrs train targets; several where folds were asked apart.", Required = true, AllowMultipleArgumentsPerToken = true };
    private readonly Option<string[]> _mix = new("--mix") { Description = "Only these experts of the tables (default: all).", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
    private readonly Option<decimal?> _sigma = new("--sigma") { Description = "s: σ of the router's own noise (default: the largest of its experts)." };
    private readonly Option<string> _loss = new("--loss") { Description = "good-routes, or optimal-sigma: the paper's.", DefaultValueFactory = _ => "good-routes" };
    private readonly Option<int> _copies = new("--copies") { Description = "m: draws of noise per image in a step.", DefaultValueFactory = _ => 2 };
    private readonly Option<double> _lambda = new("--consistency") { Description = "λ: how much the copies should agree (the paper: 40).", DefaultValueFactory = _ => 5 };
    private readonly Option<double> _eta = new("--eta") { Description = "η: how sure their mean should be (the paper: 0.5).", DefaultValueFactory = _ => 0 };
    private readonly Option<double> _temperature = new("--temperature") { Description = "T of the soft labels of optimal-sigma.", DefaultValueFactory = _ => .1 };
    private readonly Option<double[]> _radii = new("--radii") { Description = "Of good-routes: the radii that matter.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
    private readonly Option<double[]> _weights = new("--weights") { Description = "Of good-routes: what each radius counts (default: all the same).", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
    private readonly Option<bool> _add = new("--add-expert") { Description = "The mix has grown: keep what the router of --init knows of routes that stay." };

    public RouterOptions(Command command)
    {
        _loss.AcceptOnlyFromAmong("good-routes", "optimal-sigma");
        _sigma.Validators.Add(Cli.Range.PositiveIfGiven());
        _copies.Validators.Add(Cli.Range.AtLeast<int>(1));
        foreach (Option option in (Option[])[_targets, _mix, _sigma, _loss, _copies, _lambda, _eta, _temperature, _radii, _weights, _add])
            command.Options.Add(option);
    }

    /// <summary>What the experts of the mix answered.</summary>
    public TrueRadii Targets(ParseResult parsed, Surroundings surroundings)
    {
        TrueRadii all = TrueRadii.Of([.. parsed.GetValue(_targets)!.Select(path => TargetTable.Read(surroundings.Resolve(path)))]);
        return parsed.GetValue(_mix) is { Length: > 0 } mix ? all.Of(mix) : all;
    }

    /// <summary>What was asked for.</summary>
    /// <exception cref="InputFault">There are other than one weight per radius.</exception>
    public RouterTraining Read(ParseResult parsed, TrueRadii targets, InputLayer input, Recipe recipe)
    {
        RouterTraining plain = new()
        {
            Sigma = parsed.GetValue(_sigma) ?? targets.Experts.Max(expert => expert.Sigma), Input = input, Recipe = recipe,
            Loss = parsed.GetValue(_loss) == "optimal-sigma" ? RouterLossKind.OptimalSigma : RouterLossKind.GoodRoutes,
            Copies = parsed.GetValue(_copies), Lambda = parsed.GetValue(_lambda), Eta = parsed.GetValue(_eta), Temperature = parsed.GetValue(_temperature),
        };
        double[] radii = parsed.GetValue(_radii) is { Length: > 0 } given ? given : [.. plain.Radii];
        double[] weights = parsed.GetValue(_weights) is { Length: > 0 } told ? told : [.. radii.Select(_ => 1.0)];
        return weights.Length == radii.Length
            ? plain with { Radii = [.. radii], Weights = [.. weights] }
            : throw new InputFault(string.Create(
                CultureInfo.InvariantCulture, $"--weights has {weights.Length} numbers for {radii.Length} radii ({string.Join(' ', radii)}): accepted is one for each"));
    }

    /// <summary>Where it starts from.</summary>
    /// <exception cref="InputFault">An expert is to be added, but to no router.</exception>
    public Initial? Init(ParseResult parsed, Checkpoint? init, TrueRadii targets) => (parsed.GetValue(_add), init) switch
    {
        (true, null) => throw new InputFault("--add-expert needs --init with the router of the smaller mix"),
        (true, { } router) => new(router.Sha256, WidenedRouter.For(router, targets.Experts)),
        (false, { } checkpoint) => Initial.Of(checkpoint),
        _ => null,
    };
}

using System.Collections.Immutable;
using System.CommandLine;
using Router.Data;
using Router.Evaluation;
using Router.Evaluation.Tradeoffs;
using Router.Host.Cli;
using Router.Smoothing;
using Router.Votes;

namespace Router.Host.Commands.Tradeoff;

/// <summary>What is read, and which systems are scored on it.</summary>
internal sealed class StudyOptions(Command command)
{
    private readonly Argument<string[]> _sources = command.Argument<string[]>(
        "sources",
        "Certification logs, counts files and recordings of votes, or folders of them; what `dualrs certify --all` and "
        + "`dualrs votes` write, and other programs' logs.", ArgumentArity.ZeroOrMore, PathRule.Any);

    private readonly Option<string[]> _logs = command.Several<string>(
        "--log", "A log with the expert it is about, ID@SIGMA=FILE: where its name does not say so.");
    private readonly Option<string?> _router = command.Option<string?>(
        "--router", "The router's id, where votes of several are there.");
    private readonly Option<int> _selection = command.Option(
        "--selection", "n0: how many draws of a recording select.", 100, Accepted.AtLeast(1));
    private readonly Option<int?> _estimation = command.Option<int?>(
        "--estimation", "n: how many draws of a recording are bounded (default: all others).", Accepted.AtLeast(1));
    private readonly Option<double> _alpha = command.Option(
        "--alpha", "α of each certificate.", 0.001, Accepted.FailureProbability);
    private readonly Option<int> _skip = command.Option("--skip", "Use every k-th image.", 1, Accepted.AtLeast(1));
    private readonly Option<int?> _max = command.Option<int?>(
        "--max", "Stop after the image of this index.", Accepted.AtLeast(0));
    private readonly RadiiGridOption _radii = new(command, "0:0.25:2.5");
    private readonly Option<string[]> _mixes =
        command.Several<string>("--mix", "A mix, ID,ID,… (default: every subset).");
    private readonly Option<decimal[]> _taus = command.Several<decimal>(
        "--tau", "τ of quantile routing (default: 0.05 to 0.95).", accepted: Accepted.Threshold);
    private readonly Option<string[]> _cascades = command.Several<string>(
        "--cascade",
        "A cascade to score too, ID,ID,…=τ,τ,…: its experts in the order they are asked, and a threshold of each but "
        + "the last, one number or [τ τ …] by class.");
    private readonly Option<decimal[]> _passes = command.Several<decimal>(
        "--pass",
        "θ with which each expert of a recording is scored as well, called ID@θ then: votes of less confidence pass.",
        accepted: Accepted.Pass);
    private readonly Option<string[]> _attacks = command.Several<string>(
        "--attack", "What dualrs attack found: an upper bound over the certified curves.",
        leads: PathRule.Read("attack log"));
    private readonly Option<string?> _title = command.Option<string?>("--title", "What the study is called.");

    /// <summary>Whether radii were named.</summary>
    public bool NamesRadii(ParseResult parsed) => _radii.IsNamed(parsed);

    /// <summary>The study that was asked for.</summary>
    /// <exception cref="BadInputException">Something is written otherwise than it should be.</exception>
    public TradeoffRequest Read(ParseResult parsed, Surroundings surroundings)
    {
        string[] sources = parsed.GetValue(_sources) ?? [], logs = parsed.GetValue(_logs)!;
        if (sources.Length + logs.Length == 0)
            throw new BadInputException(
                "nothing is named to study: give logs, counts files, recordings of votes, or folders of them");
        NamedLog[] named = [.. logs.Select(text => NamedLogOf(text, surroundings))];
        ImageSelection images = new() { Skip = parsed.GetValue(_skip), Max = parsed.GetValue(_max) };
        MaterialRequest material = new(
            new(sources.Select(surroundings.Resolve)), named, parsed.GetValue(_router), parsed.GetValue(_selection),
            parsed.GetValue(_estimation),
            path => Path.GetRelativePath(surroundings.WorkingFolder, path))
        {
            Passes = [.. parsed.GetValue(_passes)!.Distinct().Order().Select(PassThreshold.At)],
        };
        TradeoffRequest request = new(material, parsed.GetValue(_title)
            ?? $"Certified accuracy of every mix: {string.Join(", ", sources.Concat(logs))}")
        {
            Wanted = images.Contains,
            FailureProbability = parsed.GetValue(_alpha),
            Attacks = [.. parsed.GetValue(_attacks)!.Select(surroundings.Resolve)],
            Radii = _radii.Read(parsed),
            Mixes = [.. parsed.GetValue(_mixes)!.Select(mix => MixOption.IdsOf(mix).ToImmutableArray())],
            Cascades = [.. parsed.GetValue(_cascades)!.Select(CascadeOf)],
        };
        decimal[] taus = parsed.GetValue(_taus)!;
        return taus.Length == 0 ? request : request with { Quantiles = [.. taus.Distinct().Order()] };
    }

    private static NamedLog NamedLogOf(string text, Surroundings surroundings) =>
        LogArgument.Parse(text) is { Sigma: { } sigma } log
        ? new(log.Id, sigma, surroundings.Resolve(log.File))
        : throw new BadInputException($"--log {text}: expected ID@SIGMA=FILE, such as s025@0.25=sigma_0.25.tsv");

    private static NamedCascade CascadeOf(string text) =>
        text.Split('=') is [var order, var taus] && Cascade.TryParse(taus, out Cascade? cascade)
        ? new([.. order.Split(',', StringSplitOptions.TrimEntries)], cascade)
        : throw new BadInputException(
            $"--cascade {text}: expected ID,ID,…=τ,τ,… with thresholds above 0 and below 1, such as "
            + "s100,s050,s012=0.5,0.6 or, by class, s100,s012=[0.5 0.86 0.5]");
}

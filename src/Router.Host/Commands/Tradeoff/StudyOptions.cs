using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Router.Evaluation.Tradeoffs;
using Router.Evaluation.Tradeoffs.Sources;
using Router.Host.Cli;

namespace Router.Host.Commands.Tradeoff;

/// <summary>What is read, and which systems are scored on it.</summary>
internal sealed class StudyOptions
{
    private readonly Argument<string[]> _sources = new("sources")
    {
        Description = "Certification logs, counts files and recordings of votes, or folders of them; what `dualrs certify --all` and `dualrs votes` write, and other programs' logs.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string[]> _logs = new("--log") { Description = "A log with the expert it is about, ID@SIGMA=FILE: where its name does not say so." };
    private readonly Option<string?> _router = new("--router") { Description = "The router's id, where votes of several are there." };
    private readonly Option<int> _selection = new("--selection") { Description = "n0: how many draws of a recording select.", DefaultValueFactory = _ => 100 };
    private readonly Option<int?> _estimation = new("--estimation") { Description = "n: how many draws of a recording are bounded (default: all others)." };
    private readonly Option<double> _alpha = new("--alpha") { Description = "α of each certificate.", DefaultValueFactory = _ => 0.001 };
    private readonly Option<int> _skip = new("--skip") { Description = "Use every k-th image.", DefaultValueFactory = _ => 1 };
    private readonly Option<int?> _max = new("--max") { Description = "Stop after the image of this index." };
    private readonly Option<string> _radii = new("--radii") { Description = "FROM:STEP:TO, or radii separated by commas.", DefaultValueFactory = _ => "0:0.25:2.5" };
    private readonly Option<string[]> _mixes = new("--mix") { Description = "A mix, ID,ID,… (default: every subset)." };
    private readonly Option<decimal[]> _taus = new("--tau") { Description = "τ of quantile routing (default: 0.05 to 0.95)." };
    private readonly Option<string[]> _attacks = new("--attack") { Description = "What dualrs attack found: an upper bound over the certified curves." };
    private readonly Option<string?> _title = new("--title") { Description = "What the study is called." };

    public StudyOptions(Command command)
    {
        command.Arguments.Add(_sources);
        foreach (Option option in (Option[])[_logs, _router, _selection, _estimation, _alpha, _skip, _max, _radii, _mixes, _taus, _attacks, _title])
            command.Options.Add(option);
        _selection.Validators.Add(Cli.Range.AtLeast<int>(1));
        _estimation.Validators.Add(Cli.Range.AtLeast<int?>(1));
        _skip.Validators.Add(Cli.Range.AtLeast<int>(1));
        _max.Validators.Add(Cli.Range.AtLeast<int?>(0));
        _alpha.Validators.Add(Cli.Range.FailureProbability());
        _attacks.AllowMultipleArgumentsPerToken = _mixes.AllowMultipleArgumentsPerToken = _logs.AllowMultipleArgumentsPerToken = _taus.AllowMultipleArgumentsPerToken = true;
    }

    /// <summary>The study that was asked for.</summary>
    /// <exception cref="InputFault">Something is written otherwise than it should be.</exception>
    public TradeoffRequest Read(ParseResult parsed, Surroundings surroundings)
    {
        string[] sources = parsed.GetValue(_sources) ?? [], logs = parsed.GetValue(_logs) ?? [];
        if (sources.Length + logs.Length == 0)
            throw new InputFault("nothing is named to study: give logs, counts files, recordings of votes, or folders of them");
        NamedLog[] named = [.. logs.Select(text => NamedLogOf(text, surroundings))];
        int skip = parsed.GetValue(_skip), max = parsed.GetValue(_max) ?? int.MaxValue;
        MaterialRequest material = new(
            new(sources.Select(surroundings.Resolve)), named, parsed.GetValue(_router), parsed.GetValue(_selection), parsed.GetValue(_estimation),
            path => Path.GetRelativePath(surroundings.WorkingFolder, path));
        TradeoffRequest request = new(material, parsed.GetValue(_title) ?? $"Certified accuracy of every mix: {string.Join(", ", sources.Concat(logs))}")
        {
            Wanted = image => image % skip == 0 && image <= max,
            FailureProbability = parsed.GetValue(_alpha),
            Attacks = [.. (parsed.GetValue(_attacks) ?? []).Select(surroundings.Resolve)],
            Radii = RadiiOf(parsed.GetValue(_radii)!),
            Mixes = [.. (parsed.GetValue(_mixes) ?? []).Select(mix => mix.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToImmutableArray())],
        };
        decimal[] taus = parsed.GetValue(_taus) ?? [];
        if (taus.Any(tau => tau is <= 0 or >= 1))
            throw new InputFault($"--tau {taus.First(tau => tau is <= 0 or >= 1)}: accepted are numbers above 0 and below 1");
        return taus.Length == 0 ? request : request with { Quantiles = [.. taus.Distinct().Order()] };
    }

    private static NamedLog NamedLogOf(string text, Surroundings surroundings) => LogArgument.Parse(text) is { Sigma: { } sigma } log
        ? new(log.Id, sigma, surroundings.Resolve(log.File))
        : throw new InputFault($"--log {text}: expected ID@SIGMA=FILE, such as s025@0.25=sigma_0.25.tsv");

    private static ImmutableArray<double> RadiiOf(string text)
    {
        string[] parts = text.Split(':');
        double[]? numbers = Numbers(parts.Length == 3 ? parts : text.Split(','));
        if (numbers is null || parts.Length == 3 && !(numbers[1] > 0 && numbers[2] >= numbers[0]))
            throw new InputFault($"--radii {text}: expected FROM:STEP:TO with a step above 0, or radii ≥ 0 separated by commas");
        return parts.Length == 3
            ? [.. Enumerable.Range(0, (int)Math.Floor((numbers[2] - numbers[0]) / numbers[1] + 1e-9) + 1).Select(k => Math.Round(numbers[0] + k * numbers[1], 9))]
            : [.. numbers.Distinct().Order()];
    }

    private static double[]? Numbers(string[] texts)
    {
        double[] numbers = [.. texts.Select(text => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value : -1)];
        return numbers.All(number => number >= 0) ? numbers : null;
    }
}

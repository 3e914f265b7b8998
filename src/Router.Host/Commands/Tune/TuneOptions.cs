using System.Collections.Immutable;
using System.CommandLine;
using Router.Data;
using Router.Evaluation;
using Router.Evaluation.Tradeoffs;
using Router.Evaluation.Tuning;
using Router.Host.Cli;
using Router.Host.Commands.Tradeoff;

namespace Router.Host.Commands.Tune;

/// <summary>What a cascade is tuned on and for, and where it is reported.</summary>
internal sealed class TuneOptions(Command command)
{
    private const string LeastShare = "least-share", MeanShare = "mean-share";

    private readonly Argument<string[]> _chosenOn = command.Argument<string[]>(
        "recordings", "Recordings of dualrs votes to choose on, or folders of them: of images that are not reported.",
        ArgumentArity.OneOrMore);
    private readonly Option<string[]> _report = command.Several<string>(
        "--report", "Recordings of other images: the choice is certified on them, once, beside what it was made from.");
    private readonly Option<string> _aim = command.Choice(
        "--aim",
        "What is wanted: the largest least share, over radii, of what the best single expert of each radius keeps, or "
        + "the largest mean share.", LeastShare, LeastShare, MeanShare);
    private readonly Option<string?> _want = command.Option<string?>(
        "--want", "Radii and what each is worth, \"0:0.2 0.5:0.5 1.0:0.3\", in place of --aim.");
    private readonly Option<string> _freedom = command.Choice(
        "--freedom",
        "The most that may be chosen: which experts (mix); θ of each as well (pass); τ of each (stages); τ by class "
        + "(classes). Less is taken where more is no better on images that were not chosen on.",
        "classes", "mix", "pass", "stages", "classes");
    private readonly Option<string[]> _experts = command.Several<string>(
        "--expert", "Experts that may be asked (default: all that are recorded).");
    private readonly Option<string[]> _envelope = command.Several<string>(
        "--envelope", "Experts whose best at each radius shares are of (default: all that are recorded).");
    private readonly RadiiGridOption _radii = new(command, "0:0.25:2");
    private readonly Option<int> _selection = command.Option(
        "--n0", "Samples that select, of a certificate that is reported.", 100, Accepted.Samples);
    private readonly Option<int> _estimation = command.Option(
        "--n", "Samples that bound, of a certificate: expected where images are chosen on, recorded where reported.",
        10_000, Accepted.Samples);
    private readonly Option<double> _alpha = command.Option(
        "--alpha", "α of each certificate.", 0.001, Accepted.FailureProbability);
    private readonly Option<int> _skip = command.Option(
        "--skip", "Choose on every k-th image only.", 1, Accepted.AtLeast(1));
    private readonly Option<int> _from = command.Option(
        "--from", "Choose on images from this index on.", 0, Accepted.AtLeast(0));
    private readonly Option<int?> _except = command.Option<int?>(
        "--except", "Choose on no k-th image: every 20th, if those are reported.", Accepted.AtLeast(2));
    private readonly Option<int> _parts = command.Option(
        "--parts", "Parts of the images for cross-validation.", 5, Accepted.Between(2, 20));
    private readonly Option<ulong> _seed = command.Option(
        "--seed", "Which images are in which part, and what the bootstrap draws.", 0UL);
    private readonly Option<bool> _front = command.Option<bool>(
        "--front", "Trace all that trade the least share against the mean share.");
    private readonly Option<int> _bound = command.Option(
        "--bound", "On how many images to bound what no monotone rule keeps that treats all classes alike; 0 for none.",
        400, Accepted.AtLeast(0));

    /// <summary>Whether radii were named.</summary>
    public bool NamesRadii(ParseResult parsed) => _radii.IsNamed(parsed);

    /// <summary>What was asked for.</summary>
    /// <exception cref="BadInputException">Something is written otherwise than it should be.</exception>
    public TuningRequest Read(ParseResult parsed, Surroundings surroundings)
    {
        string? want = parsed.GetValue(_want);
        if (want is not null && parsed.IsGiven(_aim))
            throw new BadInputException("--aim and --want say both what is wanted: accepted is one of the two");
        ImageSelection images = new() { Skip = parsed.GetValue(_skip), From = parsed.GetValue(_from) };
        return new(Recordings(parsed.GetValue(_chosenOn)!))
        {
            Wanted = image => images.Contains(image) && !(parsed.GetValue(_except) is { } k && image % k == 0),
            ReportedOn = Recordings(parsed.GetValue(_report)!),
            Radii = _radii.Read(parsed),
            Shares = parsed.GetValue(_aim) == MeanShare ? TuningAim.OfShares.Mean : TuningAim.OfShares.Least,
            Wishes = want is null ? [] : WishOptions.WishesOf(want),
            Freedom = Enum.Parse<TuningFreedom>(parsed.GetValue(_freedom)!, ignoreCase: true),
            Experts = [.. parsed.GetValue(_experts)!],
            Envelope = [.. parsed.GetValue(_envelope)!],
            FailureProbability = parsed.GetValue(_alpha),
            Selection = parsed.GetValue(_selection),
            Estimation = parsed.GetValue(_estimation),
            Parts = parsed.GetValue(_parts),
            Seed = parsed.GetValue(_seed),
            Front = parsed.GetValue(_front),
            BoundImages = parsed.GetValue(_bound),
        };

        ImmutableArray<(string Folder, string Network)> Recordings(string[] paths) =>
            [.. new SourceFiles(paths.Select(surroundings.Resolve)).Recordings];
    }
}

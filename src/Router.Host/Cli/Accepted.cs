using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Router.Engine.Architectures;
using Router.Experts.Cards;
using Router.Experts.Registry;
using Router.Smoothing;
using Router.Smoothing.Bounds;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Host.Cli;

/// <summary>Which values of an option are accepted; one that was not given passes.</summary>
/// <param name="Holds">Whether a value is.</param>
/// <param name="Text">Which are, after the word accepted.</param>
internal sealed partial record Accepted(Func<object, bool> Holds, string Text)
{
    /// <summary>A number of samples: at least 1, at most what the bounds are established for.</summary>
    public static readonly Accepted Samples = Between(1, (int)ClopperPearson.MaxDraws);

    /// <summary>A failure probability, from <see cref="AlphaLedger.LeastAsked"/> to ½.</summary>
    public static readonly Accepted FailureProbability = new(
        value => value is >= AlphaLedger.LeastAsked and <= 0.5, $"are numbers from {AlphaLedger.LeastAsked} to 0.5");

    /// <summary>A share, from 0 to 1.</summary>
    public static readonly Accepted Share = new(value => value is >= 0.0 and <= 1.0, "are numbers from 0 to 1");

    /// <summary>A threshold on shares: above 0 and below 1.</summary>
    public static readonly Accepted Threshold = new(value => value is > 0m and < 1m, "are numbers above 0 and below 1");

    /// <summary>A θ.</summary>
    public static readonly Accepted Pass = new(
        value => value is > 0m and < 1m && PassThreshold.Objection((decimal)value) is null,
        "are multiples of 0.005 above 0 and below 1");

    /// <summary>A σ that grid noise can have.</summary>
    public static readonly Accepted Sigma = new(
        value => value is > 0m and <= GridThresholds.MaxSigma,
        $"are numbers above 0, at most {GridThresholds.MaxSigma}");

    /// <summary>A decimal number above 0.</summary>
    public static readonly Accepted Positive = new(value => value is > 0m, "are numbers above 0");

    /// <summary>An id of a registry.</summary>
    public static readonly Accepted Id = new(
        value => value is string id && NetworkId.Objection(id) is null, $"are {NetworkId.Accepted}");

    /// <summary>
    /// A file of weights by its name: model cards are named after it, and of <c>noise_0.25</c> and <c>noise_0.50</c>
    /// the card would be one.
    /// </summary>
    public static readonly Accepted WeightsFile = new(
        value => value is string name && name.EndsWith(".safetensors", StringComparison.Ordinal),
        "are names that end in .safetensors");

    /// <summary>An architecture whose weights can be imported.</summary>
    public static readonly Accepted Architecture = new(
        value => value is string name && CheckpointImporter.Takes(name), $"are {CheckpointImporter.Architectures}");

    /// <summary>An architecture that can be trained; empty for another's.</summary>
    public static readonly Accepted Trainable = new(
        value => value is string name && (name.Length == 0 || CifarShape.Find(name) is not null),
        $"are {CifarShape.Accepted}");

    /// <summary>A device to train on.</summary>
    public static readonly Accepted Device = new(
        value => value is string name && DeviceForm().IsMatch(name), "are cpu, and cuda:N for a GPU");

    /// <summary>Which words are, for completions; none where they are not a few.</summary>
    public ImmutableArray<string> Words { get; private init; } = [];

    /// <summary>One of a few words.</summary>
    public static Accepted OneOf(params string[] words) =>
        new(value => value is string word && words.Contains(word), $"are {string.Join(", ", words)}")
        {
            Words = [.. words],
        };

    /// <summary>A whole number that is not below <paramref name="lowest"/>.</summary>
    public static Accepted AtLeast(int lowest) =>
        new(value => value is int number && number >= lowest, $"are whole numbers from {lowest}");

    /// <summary>A whole number from <paramref name="lowest"/> to <paramref name="highest"/>.</summary>
    public static Accepted Between(int lowest, int highest) => new(
        value => value is int number && number >= lowest && number <= highest,
        $"are whole numbers from {lowest} to {highest}");

    /// <summary>A number above <paramref name="lowest"/> and below <paramref name="highest"/>.</summary>
    public static Accepted Above(double lowest, double highest = double.PositiveInfinity) => new(
        value => value is double number && number > lowest && number < highest,
        $"are numbers above {lowest}{Below(highest)}");

    /// <summary>A number from <paramref name="lowest"/> on and below <paramref name="highest"/>.</summary>
    public static Accepted From(double lowest, double highest = double.PositiveInfinity) => new(
        value => value is double number && number >= lowest && number < highest,
        $"are numbers from {lowest}{Below(highest)}");

    [GeneratedRegex(@"^(cpu|cuda(:[0-9]{1,3})?)\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DeviceForm();

    private static string Below(double highest) => double.IsFinite(highest) ? $" and below {highest}" : "";
}

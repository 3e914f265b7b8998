using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Router.Evaluation;
using Router.Evaluation.Tradeoffs;
using Router.Host.Cli;

namespace Router.Host.Commands.Tradeoff;

/// <summary>What is wanted of a system.</summary>
internal sealed class WishOptions
{
    private readonly Option<string?> _want;
    private readonly Option<double?> _maxCost;
    private readonly Option<ulong> _seed;
    private readonly Option<string> _front;

    public WishOptions(Command command)
    {
        _want = command.Option<string?>(
            "--want",
            "Radii and what each is worth, \"0:0.2 0.5:0.5 1.0:0.3\": the system that does best is picked on one half "
            + "of the images and reported on the other.");
        _maxCost = command.Option<double?>(
            "--max-cost", "The most samples per image that it may take on average.", Accepted.Above(0))
            .OnlyWith(_want);
        _seed = command.Option("--split-seed", "Which images are in which half.", 0UL).OnlyWith(_want);
        _front = command.Option("--front", "The two radii of the Pareto front, R,R.", "0.25,1");
    }

    /// <summary>Whether anything is wanted.</summary>
    public bool Given(ParseResult parsed) => parsed.GetValue(_want) is not null;

    /// <summary>The study with its wishes.</summary>
    /// <exception cref="BadInputException">A wish is written otherwise than it should be.</exception>
    public TradeoffRequest Apply(ParseResult parsed, TradeoffRequest request)
    {
        double[]? front = [.. parsed.GetValue(_front)!.Split(',').Select(Number)];
        if (front.Length != 2 || front.Any(radius => !(radius >= 0)))
            throw new BadInputException($"--front {parsed.GetValue(_front)}: expected two radii, such as 0.25,1");
        return request with
        {
            Wishes = parsed.GetValue(_want) is { } want ? WishesOf(want) : [],
            MaxCost = parsed.GetValue(_maxCost),
            Seed = parsed.GetValue(_seed),
            Front = (front[0], front[1]),
        };
    }

    /// <summary>Weights of radii, made to sum to 1.</summary>
    /// <param name="text">As --want has it.</param>
    /// <exception cref="BadInputException">It is written otherwise than it should be.</exception>
    internal static ImmutableArray<StudyWish> WishesOf(string text)
    {
        (double Radius, double Weight)[] wishes = [.. text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries)
            .Select(wish => wish.Split(':'))
                .Select(wish => wish.Length == 2 ? (Number(wish[0]), Number(wish[1])) : (double.NaN, double.NaN))];
        if (wishes.Length == 0 || wishes.Any(wish => !(wish.Radius >= 0 && wish.Weight > 0))
            || wishes.DistinctBy(wish => wish.Radius).Count() != wishes.Length)
            throw new BadInputException(
                $"--want {text}: expected radii, each once, with weights above 0, such as \"0:0.2 0.5:0.5 1.0:0.3\"");
        double total = wishes.Sum(wish => wish.Weight);
        return [.. wishes.Select(wish => new StudyWish(wish.Radius, wish.Weight / total))];
    }

    private static double Number(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
            && double.IsFinite(value) ? value : double.NaN;
}

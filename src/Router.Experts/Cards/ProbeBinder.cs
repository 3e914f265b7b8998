using Router.Engine;
using Router.Experts.Loading;
using Router.Experts.Registry.Binding;
using Router.Experts.Registry.Yaml;

namespace Router.Experts.Cards;

/// <summary><c>probe:</c> expected answers, of which at least one kind is given.</summary>
internal static class ProbeBinder
{
    public const string Accepted = "{ patterns, noisyAccuracy }, at least one of them, and int8";

    public static CardProbe Bind(Field? field, int? classes)
    {
        if (field?.Map("probe") is not { } map)
            return new CardProbe();
        Field? patterns = map.Optional("patterns", "{ tolerance, logits }");
        Field? noisy = map.Optional("noisyAccuracy", "{ dataset, split, images, sigma, accuracy, tolerance }");
        Field? int8 = map.Optional("int8", "{ votes, equal, float32, accuracy }");
        map.Close();
        if (patterns is null && noisy is null)
            field.Refuse("has neither part");
        return new CardProbe
        {
            Patterns = Patterns(patterns, classes), NoisyAccuracy = NoisyAccuracy(noisy), Int8 = Int8(int8),
        };
    }

    private static Int8Agreement? Int8(Field? field)
    {
        if (field?.Map("probe int8") is not { } map)
            return null;
        int? votes = map.Required("votes", $"a whole number, {Int8Agreement.FewestVotes} or more")
            ?.Integer(count => count >= Int8Agreement.FewestVotes);
        Int8Agreement agreement = new(votes ?? 0, Share("equal"), Share("float32"), Share("accuracy"));
        map.Close();
        return agreement;

        decimal Share(string key) =>
            map.Required(key, "a share from 0 to 1")?.Decimal(value => value is >= 0 and <= 1) ?? 0;
    }

    private static PatternProbe? Patterns(Field? field, int? classes)
    {
        if (field?.Map("probe patterns") is not { } map)
            return null;
        decimal? tolerance = map.Required("tolerance", "a decimal above 0")?.Decimal(value => value > 0);
        Field? logits = map.Required("logits", $"{ProbePatterns.Count} lists of logits, one per pattern");
        map.Close();
        if (logits?.Items(classes is null ? "a list of numbers"
            : $"a list of {classes} numbers, one per class") is not { } rows)
            return null;
        if (rows.Count != ProbePatterns.Count)
            logits.Refuse($"has {rows.Count} lists");
        return new PatternProbe(tolerance ?? 0, rows.Select(row => Row(row, classes)).ToValueArray());
    }

    private static ValueArray<float> Row(Field row, int? classes)
    {
        if (row.Items("a finite number") is not { } items)
            return [];
        if (classes is not null && items.Count != classes)
            row.Refuse($"has {items.Count} numbers");
        return items.Select(item => item.Single(_ => true) ?? 0).ToValueArray();
    }

    private static NoisyAccuracyProbe? NoisyAccuracy(Field? field)
    {
        if (field?.Map("probe noisyAccuracy") is not { } map)
            return null;
        (int from, int to) = Range(map.Required("images", "[from, to): two whole numbers, 0 ≤ from < to"));
        NoisyAccuracyProbe probe = new(
            map.Required("dataset", "the name of a data set")?.Choice(
                [.. DatasetFacts.All.Select(facts => facts.Name)]) ?? "",
            map.Required("split", "the name of a split, such as test")?.Text() ?? "",
            from,
            to,
            NetworkBinder.Sigma(map),
            map.Required("accuracy", "a share from 0 to 1")?.Decimal(value => value is >= 0 and <= 1) ?? 0,
            map.Required("tolerance", "a share above 0 and below 1")?.Decimal(value => value is > 0 and < 1) ?? 0);
        map.Close();
        return probe;
    }

    private static (int From, int To) Range(Field? field)
    {
        if (field?.Items("a whole number, 0 or more") is not { } items)
            return default;
        int?[] ends = [.. items.Select(item => item.Integer(index => index >= 0))];
        if (ends is [{ } from, { } to] && from < to)
            return (from, to);
        if (ends.All(end => end is not null))
            field.Refuse($"is [{string.Join(", ", ends)}]");
        return default;
    }
}

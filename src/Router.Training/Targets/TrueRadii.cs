using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Router.Evaluation;
using Router.Smoothing;
using Router.Smoothing.Bounds;
using Router.Training.Batches;

namespace Router.Training.Targets;

/// <summary>
/// R_c(x, σ_i): the radius of the true class c of every image with every expert, the experts in the order of their σ.
/// </summary>
/// <param name="Experts">Ascending in σ: the routes of a router that is trained on this.</param>
/// <param name="Images">Ascending in their index.</param>
public sealed record TrueRadii(ImmutableArray<RadiusColumn> Experts, ImmutableArray<ImageRadii> Images)
{
    /// <summary>The α of each radius where votes are given: that of a certificate.</summary>
    public const double DefaultFailureProbability = 0.001;

    /// <summary>The data set, split included; null where no table says it.</summary>
    public string? Data { get; init; }

    /// <summary>
    /// The radii of one table, or of several that share no image: those of the folds of a data set, each labelled by
    /// experts that did not learn it. Of votes, R_c(x, σ_i) = σ_i·Φ⁻¹(p_c) with p_c Clopper and Pearson's lower bound,
    /// 0 where p_c ≤ ½.
    /// </summary>
    /// <param name="tables">At least one; of the same data set and experts.</param>
    /// <param name="failureProbability">α of each bound, in (0, ½].</param>
    /// <exception cref="BadInputException">The tables do not belong together, or there is no row.</exception>
    public static TrueRadii Of(IReadOnlyList<TargetTable> tables, double failureProbability = DefaultFailureProbability)
    {
        TargetTable first = tables[0];
        foreach (TargetTable table in tables.Skip(1))
            if (Disagreement(first.Terms, table.Terms) is { } problem)
                throw new BadInputException($"{table.Path} does not go with {first.Path}: {problem}");
        int[] order = [.. Enumerable.Range(0, first.Terms.Experts.Length).OrderBy(k => first.Terms.Experts[k].Sigma)];
        ImmutableArray<ImageRadii> images =
        [
            .. tables.SelectMany(table => table.Rows.Select(row => new ImageRadii(
                row.Index, row.Label,
                [.. order.Select(k => table.Terms.Measure == TargetMeasure.Radii
                    ? row.Measured[k]
                    : RadiusOf((long)row.Measured[k], row.Draws, table.Terms.Experts[k].Sigma, failureProbability))])
                {
                    Draws = row.Draws, Votes = table.Terms.Measure == TargetMeasure.Votes
                        ? [.. order.Select(k => (long)row.Measured[k])] : [],
                })).OrderBy(image => image.Index),
        ];
        if (images.IsEmpty)
            throw new BadInputException(
                $"{string.Join(", ", tables.Select(table => table.Path))}: there is no row yet");
        for (int i = 1; i < images.Length; i++)
            if (images[i].Index == images[i - 1].Index)
                throw new BadInputException($"image {images[i].Index} is in two of "
                    + $"{string.Join(", ", tables.Select(table => table.Path))}: folds share no image");
        return new(
            [.. order.Select(k => new RadiusColumn(first.Terms.Experts[k].Id, first.Terms.Experts[k].Sigma))], images)
            { Data = first.Terms.Data };
    }

    /// <summary>
    /// Without the images on which no expert certifies the true class, which the paper drops.
    /// </summary>
    /// <exception cref="BadInputException">None is left.</exception>
    public TrueRadii WithoutHopeless() => Images.Any(image => !image.IsHopeless)
        ? this with { Images = [.. Images.Where(image => !image.IsHopeless)] }
        : throw new BadInputException($"no expert certifies the true class of any of {Images.Length} images: there is "
            + "nothing to route by");

    /// <summary>SHA-256 of all of it, hexadecimal.</summary>
    public string Hash
    {
        get
        {
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (RadiusColumn expert in Experts)
                hash.AppendData(Encoding.UTF8.GetBytes(
                    string.Create(CultureInfo.InvariantCulture, $"{expert.Id} {expert.Sigma}\n")));
            foreach (ImageRadii image in Images)
            {
                IEnumerable<string> radii = image.Radii.Select(
                    radius => radius.ToString("R", CultureInfo.InvariantCulture));
                hash.AppendData(Encoding.UTF8.GetBytes(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{image.Index} {image.Label} {image.Draws} {string.Join(' ', image.Votes)} "
                    + $"{string.Join(' ', radii)}\n")));
            }
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
    }

    /// <summary>The same for some of the experts: a mix.</summary>
    /// <param name="ids">Which.</param>
    /// <exception cref="BadInputException">One of them is not among the experts.</exception>
    public TrueRadii Of(IReadOnlyCollection<string> ids)
    {
        foreach (string id in ids)
            if (Experts.All(expert => expert.Id != id))
                throw new BadInputException($"there are no targets of '{id}': there are of "
                    + $"{string.Join(", ", Experts.Select(expert => expert.Id))}");
        int[] kept = [.. Enumerable.Range(0, Experts.Length).Where(k => ids.Contains(Experts[k].Id))];
        return this with
        {
            Experts = [.. kept.Select(k => Experts[k])],
            Images = [.. Images.Select(image => image with
            {
                Radii = [.. kept.Select(k => image.Radii[k])],
                Votes = image.Votes.IsEmpty ? [] : [.. kept.Select(k => image.Votes[k])],
            })],
        };
    }

    /// <summary>Makes sure that images which are learned are those it is about, each with its row.</summary>
    /// <exception cref="BadInputException">
    /// They are of another data set or split, or one has no targets or those of another class.
    /// </exception>
    internal void CheckThatTheyCover(TrainingImages images)
    {
        if (Data is not null && Data != images.Name)
            throw new BadInputException(
                $"the targets are about {Data}, and {images.Name} is learned: accepted are targets of the images that "
                + "are learned (`dualrs train targets`, the same data set and --split)");
        Dictionary<int, int> labels = Images.ToDictionary(image => image.Index, image => image.Label);
        for (int row = 0; row < images.Count; row++)
            if (!labels.TryGetValue(images.Indices[row], out int label))
                throw new BadInputException(
                    $"image {images.Indices[row]} of {images.Name} has no targets: the experts must have been asked "
                    + "about every image that is learned (`dualrs train targets`)");
            else if (label != images.Label(row))
                throw new BadInputException(
                    $"image {images.Indices[row]} of {images.Name} has label {images.Label(row)}, but {label} in the "
                    + "targets: are they of the same data set and split?");
    }

    internal static double RadiusOf(long votes, int draws, decimal sigma, double failureProbability) =>
        Cohen.Radius(sigma, ClopperPearson.Lower(votes, draws, failureProbability));

    // Functions and draws may differ: an expert of a fold is another function than its twin of the other fold.
    private static string? Disagreement(TargetTerms first, TargetTerms other) =>
        first.Data != other.Data ? $"it is about {other.Data}, not {first.Data}"
        : first.Measure != other.Measure ? $"it holds {other.Measure}, not {first.Measure}"
        : first.Experts.Select(expert => (expert.Id, expert.Sigma))
            .SequenceEqual(other.Experts.Select(expert => (expert.Id, expert.Sigma))) ? null
        : "its experts have other ids, another σ or another order";
}

/// <summary>An expert of a table of radii.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Sigma">σ of its noise in [0,1] pixels.</param>
public sealed record RadiusColumn(string Id, decimal Sigma);

/// <summary>One image.</summary>
/// <param name="Index">Its index in the data set.</param>
/// <param name="Label">Its true class.</param>
/// <param name="Radii">Per expert, ≥ 0, in [0,1] pixels.</param>
public sealed record ImageRadii(int Index, int Label, ImmutableArray<double> Radii)
{
    /// <summary>Whether no expert certifies the true class: radius 0 everywhere.</summary>
    public bool IsHopeless => Radii.All(radius => radius == 0);

    /// <summary>Draws behind each radius; 0 where radii were given.</summary>
    public int Draws { get; init; }

    /// <summary>Votes for the true class per expert; empty where radii were given.</summary>
    public ImmutableArray<long> Votes { get; init; } = [];
}

using System.Globalization;
using Router.Evaluation;
using Router.Experts.Files;
using Router.Training.Batches;
using Router.Training.Networks;
using Router.Training.Targets;

namespace Router.Training.Dual;

/// <summary>
/// Which expert every learned image goes to: the most voted route of a router over a few draws of noise, or the first
/// stage of a cascade that is right about it.
/// </summary>
/// <param name="Routes">
/// By row of the learned images; a tie goes to the smaller σ. −1 where nobody was asked about it: no expert learns it.
/// </param>
/// <param name="PassedOn">Whether it comes to the experts of larger σ first, as in a cascade.</param>
internal sealed record RoutedImages(IReadOnlyList<int> Routes, bool PassedOn = false)
{
    private const double TwoToMinus64 = 1.0 / (1ul << 32) / (1ul << 32);
    private const string Header = "idx\troute";

    /// <summary>Asks a router.</summary>
    /// <param name="router">Its network.</param>
    /// <param name="images">The images.</param>
    /// <param name="noise">Its own.</param>
    /// <param name="votes">Draws per image, ≥ 1.</param>
    /// <param name="batch">Images per pass.</param>
    /// <param name="word">The seed of the noise for the images from a row on.</param>
    /// <param name="device">Where the network is.</param>
    /// <param name="done">Told how many images are routed.</param>
    /// <param name="cancellationToken">Stops between passes.</param>
    public static RoutedImages Ask(
        TrainableResNet router, TrainingImages images, NoiseLevels noise, int votes, int batch, Func<int, ulong> word,
        torch.Device device, Action<int> done,
        CancellationToken cancellationToken)
    {
        using IDisposable plain = torch.no_grad();
        int[] routes = new int[images.Count];
        foreach (int[] rows in Enumerable.Range(0, images.Count).Chunk(batch))
        {
            int[,] counts = new int[rows.Length, router.Outputs];
            using NormalNumbers normal = new(word(rows[0]), device);
            for (int vote = 0; vote < votes; vote++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var scope = torch.NewDisposeScope();
                Batch cut = Batch.Cut(images, epoch: 0, rows, Augmentation.None, _ => 0, normal, device);
                torch.Tensor logits = router.Forward(
                    cut.Noisy(noise, copies: 1), training: false, cut.Sigmas(noise, copies: 1));
                foreach ((int i, long route) in logits.argmax(1).cpu().data<long>().ToArray().Index())
                    counts[i, route]++;
            }
            foreach ((int i, int row) in rows.Index())
                routes[row] = Enumerable.Range(0, router.Outputs).MaxBy(route => counts[i, route]);
            done(rows[^1] + 1);
        }
        return new(routes);
    }

    /// <summary>
    /// Where a cascade asks for the true class, the most noise first: the first expert that gives it half of its votes,
    /// and the last of them where none does.
    /// </summary>
    /// <param name="targets">What the experts answered.</param>
    /// <param name="images">The images.</param>
    public static RoutedImages ByCascade(TrueRadii targets, TrainingImages images)
    {
        Dictionary<int, ImageRadii> asked = targets.Images.ToDictionary(image => image.Index);
        return new(
            [.. images.Indices.Select(index => asked.TryGetValue(index, out ImageRadii? image)
                ? Math.Max(0, targets.Experts.Length - 1 - image.Votes.Reverse().TakeWhile(
                    votes => 2 * votes < image.Draws).Count())
                : -1)],
            PassedOn: true);
    }

    /// <summary>The rows an expert learns: those that come to it, and a share of all others.</summary>
    /// <param name="route">Its route, the place of its σ.</param>
    /// <param name="elsewhere">The share, in [0, 1].</param>
    /// <param name="word">64 random bits of a row.</param>
    public int[] For(int route, double elsewhere, Func<int, ulong> word) =>
        [.. Enumerable.Range(0, Routes.Count)
            .Where(row => Routes[row] >= 0
                && (Comes(row, route) || word(row) * TwoToMinus64 < elsewhere))];

    private bool Comes(int row, int route) => PassedOn ? Routes[row] <= route : Routes[row] == route;

    /// <summary>Writes them whole: a table that is there is complete.</summary>
    public void Write(string path, TrainingImages images) => WholeFile.WriteLines(path,
    [
        Header,
        .. Routes.Select((route, row) =>
            string.Create(CultureInfo.InvariantCulture, $"{images.Indices[row]}\t{route}")),
    ]);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="BadInputException">It is no such table of these images.</exception>
    public static RoutedImages Read(string path, TrainingImages images)
    {
        string[][] rows = [.. File.ReadLines(path).Skip(1).Select(line => line.Split('\t'))];
        int[] routes = [.. rows.Select(row => row.Length == 2
            && int.TryParse(row[1], NumberStyles.None, CultureInfo.InvariantCulture, out int route) ? route : -1)];
        return rows.Length == images.Count && routes.All(route => route >= 0)
            && rows.Select(row => row[0])
                .SequenceEqual(images.Indices.Select(index => index.ToString(CultureInfo.InvariantCulture)))
            ? new(routes)
            : throw new BadInputException(
                $"{path} does not hold a route for each of {images.Count} images: remove it, and "
                + $"they are routed again");
    }
}

using System.Globalization;
using Router.Evaluation.Runs;
using Router.Host.Cli;
using Router.Smoothing;
using Spectre.Console;

namespace Router.Host.Commands;

/// <summary>The end of the demo: what was shown, and where to go on.</summary>
internal static class DemoConclusion
{
    /// <summary>Prints it.</summary>
    /// <param name="console">Results.</param>
    /// <param name="images">What was certified.</param>
    /// <param name="alpha">α of each certificate.</param>
    public static void Write(IAnsiConsole console, IReadOnlyList<CertifiedImage> images, double alpha)
    {
        CertifiedImage[] proved = [.. images.Where(image => !image.Certificate.Abstains)];
        int right = proved.Count(image => image.Certificate.Class == image.Image.Label);
        string largest = proved.MaxBy(image => image.Certificate.Radius) is { } best
            ? $" The largest radius is {TowardZero.Text(best.Certificate.Radius, 3)}, of image {best.Image.Index}."
            : "";
        console.PrintProse(string.Create(
            CultureInfo.InvariantCulture,
            $"Shown: {proved.Length} of {images.Count} images got a class and a radius within which no change of the ")
            + "pixels (ℓ2 distance, values in [0,1]) changes it, proved each with an error rate of at most "
            + $"{alpha.ToString(CultureInfo.InvariantCulture)}; for the others the classifier abstains. {right} of the "
            + $"{proved.Length} classes are right.{largest}");
        console.PrintProse(
            "Go on: 'dualrs certify PICTURE.png' with a picture of yours; 'dualrs serve' and a browser at "
            + "http://127.0.0.1:8080/; the first ten minutes in docs/tour.md; what exactly is proved in "
            + "docs/certificates.md.");
    }
}

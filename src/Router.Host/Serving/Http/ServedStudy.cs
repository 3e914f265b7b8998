using System.Text;
using Router.Evaluation;
using Router.Evaluation.Tradeoffs;
using Router.Experts.Files;

namespace Router.Host.Serving.Http;

/// <summary>
/// The trade-off document that <c>--tradeoff</c> names, as it is served: its curves without its images.
/// </summary>
internal static class ServedStudy
{
    private const int MostMiB = 256;

    /// <summary>Reads and checks a document.</summary>
    /// <param name="path">The file.</param>
    /// <returns>
    /// JSON in UTF-8 of the same schema (docs/formats.md, section 10), whose list of images is empty.
    /// </returns>
    /// <exception cref="BadInputException">
    /// There is no such file, it is too large, or it is no trade-off document.
    /// </exception>
    public static byte[] Read(string path)
    {
        FileInfo file = new(path);
        if (!file.Exists)
            throw new BadInputException(
                $"--tradeoff: there is no file {path}; dualrs tradeoff … --json FILE writes one");
        if (RegularFile.Objection(path) is { } objection)
            throw new BadInputException($"--tradeoff: {objection}");
        if (file.Length > (long)MostMiB << 20)
            throw new BadInputException(
                $"--tradeoff: {path} has {file.Length >> 20} MiB: accepted are at most {MostMiB}");
        try
        {
            return Encoding.UTF8.GetBytes(TradeoffJson.Text(TradeoffJson.Read(path) with { Images = [] }));
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"--tradeoff: {fault.Message}");
        }
    }
}

using System.Collections.Immutable;
using Router.Experts.Loading;

namespace Router.Host.Serving.Model;

internal sealed partial class ServedModel
{
    /// <summary>
    /// What its registry loaded, the router first; empty where its voters are no networks of a registry.
    /// </summary>
    public ImmutableArray<Expert> Networks { get; init; } = [];

    /// <summary>
    /// Why not every request can be answered now; null where all can. A network that is left alone, or was unloaded on
    /// request, stops those that need it, unless others may go on for it; for the router nobody can, and nobody for a
    /// second one.
    /// </summary>
    public string? Impediment
    {
        get
        {
            string[] open = Stopping(Circuits?.Open ?? []);
            string[] withdrawn = Stopping([.. Networks.Where(
                network => IsAsked(network.Id) && network.Status.IsWithdrawn).Select(network => network.Id)]);
            return (open.Length, withdrawn.Length) switch
            {
                (0, 0) => null,
                (_, 0) => LeftAlone(),
                (0, _) => Unloaded(),
                _ => $"{LeftAlone()}; {Unloaded()}",
            };

            string LeftAlone() => $"{string.Join(", ", open)} failed repeatedly and {Are(open)} left alone for a while";
            string Unloaded() => $"{string.Join(", ", withdrawn)} {Are(withdrawn)} unloaded on request";
        }
    }

    /// <summary>The network of an id; null where it has none.</summary>
    public Expert? NetworkOf(string id) => Networks.FirstOrDefault(network => network.Id == id);

    private static string Are(string[] ids) => ids.Length == 1 ? "is" : "are";

    private string[] Stopping(ImmutableArray<string> ids) =>
        [.. ids.Where(id => id == Classifier.RouterId || !Served.MayGoOn || ids.Length > 1)
            .Order(StringComparer.Ordinal)];

    private bool IsAsked(string id) => id == Classifier.RouterId || Classifier.Routes.Any(route => route.Id == id);
}

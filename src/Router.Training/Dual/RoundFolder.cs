using Router.Experts.Cards;

namespace Router.Training.Dual;

/// <summary>Where a round keeps what it makes.</summary>
/// <param name="Path">Its folder.</param>
internal sealed record RoundFolder(string Path)
{
    /// <summary>The experts' votes on learned images.</summary>
    public string Targets => System.IO.Path.Combine(Path, "targets.tsv");

    /// <summary>The route of every learned image.</summary>
    public string Routes => System.IO.Path.Combine(Path, "routes.tsv");

    /// <summary>The weights of a network of this round, by id.</summary>
    public string Weights(string id) => System.IO.Path.Combine(Path, id + ".safetensors");

    /// <summary>Where a network's training is kept.</summary>
    public string Training(string id) => System.IO.Path.Combine(Path, id + ".training");

    /// <summary>The certificates of the system after a step.</summary>
    public string Log(string step) => System.IO.Path.Combine(Path, $"score-{step}.tsv");

    /// <summary>Whether a network of this round is there: its card is written last.</summary>
    public bool Has(string id) => File.Exists(ModelCard.PathFor(Weights(id)));
}

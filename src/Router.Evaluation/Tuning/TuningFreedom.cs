namespace Router.Evaluation.Tuning;

/// <summary>What a search may choose beside the mix; each may what those before may.</summary>
public enum TuningFreedom
{
    /// <summary>Nothing: every vote counts, and half of them are enough.</summary>
    Mix,

    /// <summary>θ of each stage.</summary>
    Pass,

    /// <summary>τ of each stage.</summary>
    Stages,

    /// <summary>τ of each stage by class.</summary>
    Classes,
}

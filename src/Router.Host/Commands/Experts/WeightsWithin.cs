using Router.Experts.Checkpoints;

namespace Router.Host.Commands.Experts;

/// <summary>Says which of a file's networks was taken, where it holds several.</summary>
internal static class WeightsWithin
{
    /// <summary>For the end of a line; empty where there was no choice.</summary>
    public static string Describe(Checkpoint checkpoint) => checkpoint.OtherContainers.Count == 0 ? ""
        : $", weights of '{checkpoint.Container}', not of '{string.Join("', '", checkpoint.OtherContainers)}'";
}

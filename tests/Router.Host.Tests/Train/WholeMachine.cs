
namespace Router.Host.Tests.Train;

/// <summary>
/// Tests that keep every core busy for a minute: they run when the others are done, which wait on signals and
/// processes.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class WholeMachine
{
    public const string Name = "whole machine";
}

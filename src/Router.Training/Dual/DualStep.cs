
namespace Router.Training.Dual;

/// <summary>How far one step of a dual training is.</summary>
/// <param name="Round">From 1.</param>
/// <param name="Name">What is done: <c>targets</c>, <c>router</c>, <c>routes</c>, an expert's id, <c>score</c>.</param>
/// <param name="Done">How much.</param>
/// <param name="Of">Of how much.</param>
public sealed record DualStep(int Round, string Name, int Done, int Of);

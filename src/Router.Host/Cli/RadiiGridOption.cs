using System.Collections.Immutable;
using System.CommandLine;
using Router.Evaluation;

namespace Router.Host.Cli;

/// <summary>The radii that a study has values at.</summary>
/// <param name="command">The command.</param>
/// <param name="standard">The grid where none is named.</param>
internal sealed class RadiiGridOption(Command command, string standard)
{
    private readonly Option<string> _radii = command.Option(
        "--radii",
        "FROM:STEP:TO, or radii separated by commas; where none are named, the terminal shows some of them.",
        standard);

    /// <summary>Whether radii were named.</summary>
    public bool IsNamed(ParseResult parsed) => parsed.IsGiven(_radii);

    /// <summary>The radii, ascending.</summary>
    /// <exception cref="BadInputException">They are written otherwise than they should be.</exception>
    public ImmutableArray<double> Read(ParseResult parsed) => RadiiOption.Parse(parsed.GetValue(_radii)!);
}

using System.CommandLine;
using Router.Data;
using Router.Host.Cli;

namespace Router.Host.Commands.Train;

/// <summary>The options that say which images of a data set get targets.</summary>
internal sealed class SelectionOptions(Command command)
{
    /// <summary>A fold, k/K.</summary>
    public static readonly Accepted AFold = new(
        value => value is string text && Fold.TryParse(text, out _), $"is {Fold.Accepted}");

    private readonly Option<string?> _fold = command.Option<string?>(
        "--fold", "Only images whose index is k modulo K, written k/K: those that the experts did not learn.", AFold);
    private readonly Option<int> _skip = command.Option("--skip", "Of those, every k-th.", 1, Accepted.AtLeast(1));
    private readonly Option<int?> _images = command.Option<int?>(
        "--images", "Of those, only the first so many.", Accepted.AtLeast(1));

    /// <summary>What was asked for.</summary>
    public ImageSelection Read(ParseResult parsed) => new()
    {
        Fold = Fold.TryParse(parsed.GetValue(_fold), out Fold fold) ? fold : null,
        Skip = parsed.GetValue(_skip),
        Limit = parsed.GetValue(_images),
    };
}

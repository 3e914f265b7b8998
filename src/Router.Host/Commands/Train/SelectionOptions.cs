using System.CommandLine;
using System.CommandLine.Parsing;
using Router.Training.Targets;

namespace Router.Host.Commands.Train;

/// <summary>The options that say which images of a data set get targets.</summary>
internal sealed class SelectionOptions
{
    private readonly Option<string?> _fold = new("--fold") { Description = "Only images whose index is k modulo K, written k/K: those that the experts did not learn." };
    private readonly Option<int> _skip = new("--skip") { Description = "Of those, every k-th.", DefaultValueFactory = _ => 1 };
    private readonly Option<int?> _images = new("--images") { Description = "Of those, only the first so many." };

    public SelectionOptions(Command command)
    {
        _fold.Validators.Add(IsFold);
        _skip.Validators.Add(Cli.Range.AtLeast<int>(1));
        _images.Validators.Add(Cli.Range.AtLeast<int?>(1));
        foreach (Option option in (Option[])[_fold, _skip, _images])
            command.Options.Add(option);
    }

    /// <summary>A fold, k/K; an option that was not given passes.</summary>
    public static void IsFold(OptionResult result)
    {
        if (result.GetValueOrDefault<string?>() is { } text && !Fold.TryParse(text, out _))
            result.AddError($"{result.Option.Name} is {text}: accepted is {Fold.Accepted}");
    }

    /// <summary>What was asked for.</summary>
    public ImageSelection Read(ParseResult parsed) => new()
    {
        Fold = Fold.TryParse(parsed.GetValue(_fold), out Fold fold) ? fold : null, Skip = parsed.GetValue(_skip), Limit = parsed.GetValue(_images),
    };
}

using System.Globalization;
using System.Text.RegularExpressions;

namespace Router.Engine.Architectures;

/// <summary>
/// What a name says of a CIFAR ResNet: <c>cifar_resnet20</c>, <c>imagenet32_resnet110</c>,
/// <c>cifar_resnet20_mlp128</c>.
/// </summary>
/// <param name="Depth">D = 6n + 2 layers, n ≥ 1.</param>
/// <param name="Hidden">
/// H: the width of two hidden layers between the features and the logits; null where there are none.
/// </param>
public sealed partial record CifarShape(int Depth, int? Hidden)
{
    /// <summary>Blocks in each of the three stages: n.</summary>
    public int BlocksPerStage => (Depth - 2) / 6;

    /// <summary>The names of the head's layers, as PyTorch's <c>Linear</c> or <c>Sequential</c> names them.</summary>
    public IReadOnlyList<string> Head => Hidden is null ? ["fc"] : ["fc.0", "fc.2", "fc.4"];

    /// <summary>The shape of that name, or null where it names none.</summary>
    public static CifarShape? Find(string name) =>
        Pattern().Match(name) is { Success: true } match
        && int.TryParse(match.Groups["depth"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int depth)
        && depth is >= 8 and <= 1202 && depth % 6 == 2
            ? new(depth, match.Groups["hidden"] is { Success: true } hidden ? int.Parse(
                hidden.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : null)
            : null;

    [GeneratedRegex("^(cifar|imagenet32)_resnet(?<depth>[0-9]{1,4})(_mlp(?<hidden>[1-9][0-9]{0,3}))?$",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}

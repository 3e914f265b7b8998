using System.Globalization;
using System.Text.RegularExpressions;

namespace Router.Engine.Architectures;

/// <summary>
/// What a name says of a CIFAR ResNet: <c>cifar_resnet20</c>, <c>imagenet32_resnet110</c>,
/// <c>cifar_resnet20_x2</c>, <c>cifar_resnet20_mlp128</c>, <c>cifar_resnet20_sigma</c>.
/// </summary>
/// <param name="Depth">D = 6n + 2 layers, n ≥ 1.</param>
/// <param name="Hidden">
/// H: the width of two hidden layers between the features and the logits; null where there are none.
/// </param>
/// <param name="Widen">How many times as many channels as He et al.'s, from 1.</param>
/// <param name="SeesSigma">
/// Whether σ of the noise is a fourth channel of its input, of that value everywhere: one network for several σ.
/// </param>
public sealed partial record CifarShape(int Depth, int? Hidden, int Widen, bool SeesSigma)
{
    /// <summary>What these networks are called, for messages.</summary>
    public const string Accepted = "cifar_resnetD with D = 6n+2 (20, 110, …), and behind it, in this order and where "
        + "wanted, _xW for W times as many channels, _mlpH for two hidden layers of H before the logits, _sigma for a "
        + "network that sees σ";

    /// <summary>Channels that the first convolution sees.</summary>
    public int Inputs => SeesSigma ? 4 : 3;

    /// <summary>Blocks in each of the three stages: n.</summary>
    public int BlocksPerStage => (Depth - 2) / 6;

    /// <summary>Channels in a stage, from 1 to 3.</summary>
    public int Width(int stage) => (8 << stage) * Widen;

    /// <summary>The names of the head's layers, as PyTorch's <c>Linear</c> or <c>Sequential</c> names them.</summary>
    public IReadOnlyList<string> Head => Hidden is null ? ["fc"] : ["fc.0", "fc.2", "fc.4"];

    /// <summary>The shape of that name, or null where it names none.</summary>
    public static CifarShape? Find(string name) =>
        Pattern().Match(name) is { Success: true } match
        && int.TryParse(match.Groups["depth"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int depth)
        && depth is >= 8 and <= 1202 && depth % 6 == 2
            ? new(depth, Number(match.Groups["hidden"]), Number(match.Groups["widen"]) ?? 1,
                match.Groups["sigma"].Success)
            : null;

    private static int? Number(Group group) =>
        group.Success ? int.Parse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex("^(cifar|imagenet32)_resnet(?<depth>[0-9]{1,4})(_x(?<widen>[2-9]|1[0-6]))?"
        + "(_mlp(?<hidden>[1-9][0-9]{0,3}))?(?<sigma>_sigma)?$",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}

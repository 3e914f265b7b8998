using System.Globalization;
using System.Text.RegularExpressions;
using Router.Experts.Registry.Yaml;
using YamlDotNet.RepresentationModel;

namespace Router.Experts.Registry.Binding;

/// <summary><c>memory:</c> a number is a share, a text an amount.</summary>
internal static partial class MemoryLimitBinder
{
    public const string Accepted =
        "a share of the device's memory above 0, at most 1, or an amount such as 512MiB or 2GiB";

    public static MemoryLimit? Bind(Field? field)
    {
        if (field is null)
            return null;
        if (field.Node is not YamlScalarNode scalar || CoreSchema.KindOf(scalar) != ScalarKind.Text)
            return field.Decimal(share => share is > 0 and <= 1) is { } share ? new MemoryLimit.Share(share) : null;
        if (field.Text() is not { } text)
            return null;
        if (AmountForm().Match(text) is { Success: true } amount)
            return new MemoryLimit.Amount(
                long.Parse(amount.Groups["count"].ValueSpan, CultureInfo.InvariantCulture) << (
                    amount.Groups["unit"].ValueSpan is "MiB" ? 20 : 30));
        field.Refuse($"is '{text}'");
        return null;
    }

    [GeneratedRegex(@"^(?<count>[1-9][0-9]{0,8})(?<unit>MiB|GiB)\z", RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex AmountForm();
}

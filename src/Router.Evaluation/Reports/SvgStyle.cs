using System.Globalization;
using System.Xml.Linq;
using SkiaSharp;

namespace Router.Evaluation.Reports;

/// <summary>
/// How an element of an SVG is painted: its presentation attributes over those of the elements around it (SVG 1.1,
/// chapter 11).
/// </summary>
internal sealed record SvgStyle
{
    /// <summary>SVG's own defaults.</summary>
    public static SvgStyle Initial { get; } = new();

    /// <summary>Of this element alone.</summary>
    public float Opacity { get; private init; } = 1;

    /// <summary>Where a line of text begins, ends, or has its middle.</summary>
    public SKTextAlign Anchor { get; private init; }

    /// <summary>In pixels of the SVG.</summary>
    public float FontSize { get; private init; }

    /// <summary>There are two weights; 600 and more is bold.</summary>
    public bool Bold { get; private init; }

    private SKColor? Fill { get; init; } = SKColors.Black;
    private SKColor? Stroke { get; init; }
    private float FillOpacity { get; init; } = 1;
    private float StrokeOpacity { get; init; } = 1;
    private float StrokeWidth { get; init; } = 1;
    private float MiterLimit { get; init; } = 4;
    private SKStrokeCap Cap { get; init; } = SKStrokeCap.Butt;
    private SKStrokeJoin Join { get; init; } = SKStrokeJoin.Miter;
    private float[] Dashes { get; init; } = [];

    /// <summary>The style of an element within one of this style.</summary>
    /// <exception cref="NotSupportedException">An attribute, or its value, is not known here.</exception>
    public SvgStyle Of(XElement element) =>
        element.Attributes()
            .Where(attribute => !attribute.IsNamespaceDeclaration)
            .Aggregate(this with { Opacity = 1 }, (style, one) => style.With(one));

    /// <summary>Null where nothing is filled.</summary>
    public SKPaint? FillPaint() => Fill is { } color
        ? new() { Style = SKPaintStyle.Fill, Color = Faded(color, FillOpacity), IsAntialias = true }
        : null;

    /// <summary>Null where there is no line.</summary>
    public SKPaint? StrokePaint() => Stroke is { } color && StrokeWidth > 0
        ? new()
        {
            Style = SKPaintStyle.Stroke, Color = Faded(color, StrokeOpacity), IsAntialias = true,
            StrokeWidth = StrokeWidth, StrokeMiter = MiterLimit, StrokeCap = Cap, StrokeJoin = Join,
            PathEffect = Dashes.Length > 0 ? SKPathEffect.CreateDash(Dashes, phase: 0) : null,
        }
        : null;

    private SvgStyle With(XAttribute attribute) => (attribute.Name.LocalName, attribute.Value) switch
    {
        ("fill", var value) => this with { Fill = Color(value) },
        ("stroke", var value) => this with { Stroke = Color(value) },
        ("opacity", var value) => this with { Opacity = Number(value) },
        ("fill-opacity", var value) => this with { FillOpacity = Number(value) },
        ("stroke-opacity", var value) => this with { StrokeOpacity = Number(value) },
        ("stroke-width", var value) => this with { StrokeWidth = Number(value) },
        ("stroke-miterlimit", var value) => this with { MiterLimit = Number(value) },
        ("stroke-dasharray", var value) => this with { Dashes = [.. value.Split(',').Select(Number)] },
        ("stroke-linecap", "butt") => this with { Cap = SKStrokeCap.Butt },
        ("stroke-linecap", "round") => this with { Cap = SKStrokeCap.Round },
        ("stroke-linecap", "square") => this with { Cap = SKStrokeCap.Square },
        ("stroke-linejoin", "miter") => this with { Join = SKStrokeJoin.Miter },
        ("stroke-linejoin", "round") => this with { Join = SKStrokeJoin.Round },
        ("stroke-linejoin", "bevel") => this with { Join = SKStrokeJoin.Bevel },
        ("text-anchor", "start") => this with { Anchor = SKTextAlign.Left },
        ("text-anchor", "middle") => this with { Anchor = SKTextAlign.Center },
        ("text-anchor", "end") => this with { Anchor = SKTextAlign.Right },
        ("font-size", var value) when value.EndsWith("px", StringComparison.Ordinal) =>
            this with { FontSize = Number(value[..^2]) },
        ("font-weight", "bold" or "normal") => this with { Bold = attribute.Value == "bold" },
        ("font-weight", var value) => this with { Bold = Number(value) >= 600 },
        ("version" or "viewBox" or "width" or "height" or "x2" or "y2" or "d", _) => this,
        ("transform" or "display", _) => this,
        ("class" or "role" or "pointer-events" or "font-family", _) => this,
        (var name, _) when name.StartsWith("aria-", StringComparison.Ordinal) => this,
        _ => throw new NotSupportedException($"the SVG holds the attribute {attribute}"),
    };

    private SKColor Faded(SKColor color, float opacity) =>
        color.WithAlpha((byte)MathF.Round(color.Alpha * opacity * Opacity));

    private static SKColor? Color(string text) =>
        text is "none" or "transparent" ? null
        : text.StartsWith('#') && SKColor.TryParse(text, out SKColor color) ? color
        : throw new NotSupportedException($"the SVG holds the colour '{text}'");

    private static float Number(string text) => float.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}

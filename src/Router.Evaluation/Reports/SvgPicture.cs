using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using SkiaSharp;

namespace Router.Evaluation.Reports;

/// <summary>
/// Draws, as PNG, the part of SVG that Vega writes: groups, paths, lines, rectangles and text. What it does not know it
/// refuses, so that nothing is left out in silence.
/// </summary>
internal static partial class SvgPicture
{
    /// <summary>Pixels of the PNG for a pixel of the SVG: twice, for dense screens.</summary>
    private const float Zoom = 2;

    private static readonly Lazy<SKTypeface> Regular = new(() => Typeface("DejaVuSans"));
    private static readonly Lazy<SKTypeface> Bold = new(() => Typeface("DejaVuSans-Bold"));

    /// <summary>The file's bytes.</summary>
    /// <exception cref="NotSupportedException">The SVG holds what is not drawn here; the message names it.</exception>
    public static byte[] Png(string svg)
    {
        using XmlReader reader = XmlReader.Create(new StringReader(svg), new() { CheckCharacters = false });
        XElement root = XElement.Load(reader);
        int Pixels(string attribute) => (int)MathF.Ceiling(Zoom * Number(root, attribute));
        using SKSurface surface = SKSurface.Create(new SKImageInfo(Pixels("width"), Pixels("height")));
        surface.Canvas.Scale(Zoom);
        Draw(surface.Canvas, root, SvgStyle.Initial);
        using SKImage image = surface.Snapshot();
        using SKData png = image.Encode(SKEncodedImageFormat.Png, quality: 100);
        return png.ToArray();
    }

    private static void Draw(SKCanvas canvas, XElement element, SvgStyle inherited)
    {
        if ((string?)element.Attribute("display") == "none")
            return;
        SvgStyle style = inherited.Of(element);
        using SKAutoCanvasRestore restored = new(canvas);
        Transform(canvas, (string?)element.Attribute("transform") ?? "");
        switch (element.Name.LocalName)
        {
            case "svg" or "g":
                if (style.Opacity < 1)
                    throw new NotSupportedException("the SVG holds a group that is translucent as a whole");
                foreach (XElement child in element.Elements())
                    Draw(canvas, child, style);
                break;
            case "path":
                DrawPath(canvas, (string?)element.Attribute("d") ?? "", style);
                break;
            case "line":
                (float x, float y) = (Number(element, "x2"), Number(element, "y2"));
                DrawPath(canvas, FormattableString.Invariant($"M0,0L{x},{y}"), style);
                break;
            case "rect":
                (float width, float height) = (Number(element, "width"), Number(element, "height"));
                DrawPath(canvas, FormattableString.Invariant($"M0,0H{width}V{height}H0Z"), style);
                break;
            case "text":
                DrawText(canvas, element, style);
                break;
            default:
                throw new NotSupportedException($"the SVG holds the element '{element.Name.LocalName}'");
        }
    }

    private static void Transform(SKCanvas canvas, string transform)
    {
        foreach (Match step in Step().Matches(transform))
        {
            float[] by = [.. step.Groups["by"].Value.Split(',').Select(Parse)];
            switch (step.Groups["what"].Value, by.Length)
            {
                case ("translate", 2): canvas.Translate(by[0], by[1]); break;
                case ("rotate", 1): canvas.RotateDegrees(by[0]); break;
                default: throw new NotSupportedException($"the SVG holds the transform '{step.Value}'");
            }
        }
    }

    private static void DrawPath(SKCanvas canvas, string data, SvgStyle style)
    {
        using SKPath path = SKPath.ParseSvgPathData(data)
            ?? throw new NotSupportedException($"the SVG holds the path '{data}'");
        using SKPaint? fill = style.FillPaint(), stroke = style.StrokePaint();
        if (style.Opacity < 1 && fill is not null && stroke is not null)
            throw new NotSupportedException(
                "the SVG holds a shape with fill and stroke that is translucent as a whole");
        if (fill is not null) canvas.DrawPath(path, fill);
        if (stroke is not null) canvas.DrawPath(path, stroke);
    }

    private static void DrawText(SKCanvas canvas, XElement text, SvgStyle style)
    {
        using SKPaint? fill = style.FillPaint(), stroke = style.StrokePaint();
        using SKFont font = new((style.Bold ? Bold : Regular).Value, style.FontSize);
        (font.Hinting, font.Subpixel) = (SKFontHinting.None, true);
        float y = 0;
        foreach (XNode line in text.Nodes())
        {
            if (line is XElement { Name.LocalName: "tspan" } span)
                y += Number(span, "dy");
            string words = line is XElement element ? element.Value : ((XText)line).Value;
            foreach (SKPaint? paint in (SKPaint?[])[fill, stroke])
                if (paint is not null)
                    canvas.DrawText(words, 0, y, style.Anchor, font, paint);
        }
    }

    private static SKTypeface Typeface(string name)
    {
        using SKData data = SKData.CreateCopy(EmbeddedFile.Bytes($"Assets/{name}.ttf"));
        return SKTypeface.FromData(data) ?? throw new InvalidOperationException($"Skia does not read the font {name}");
    }

    private static float Number(XElement element, string attribute) =>
        (string?)element.Attribute(attribute) is { } text ? Parse(text) : 0;

    private static float Parse(string text) => float.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(?<what>[a-zA-Z]+)\((?<by>[^)]*)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Step();
}

using System.Xml.Linq;
using Router.Data;
using Router.Evaluation.Reports;
using Tests;

namespace Router.Evaluation.Tests.Reports;

public sealed class SvgPictureTests
{
    // Mean over the picture, in levels: edges are smoothed in other ways.
    private const double SameToTheEye = 1.2;

    private static readonly string Fixtures =
        Path.Combine(Reference.Root, "tests", "Router.Evaluation.Tests", "Reports", "Fixtures");

    private static XElement Picture => XElement.Load(Path.Combine(Fixtures, "picture.svg"));

    // rsvg-convert --zoom 2 --format png --output picture.png picture.svg (librsvg 2.54.7, DejaVu Sans 2.37)
    private static Image8 Librsvg => ImageFile.Read(Path.Combine(Fixtures, "picture.png"), ImageLimits.Default);

    [Fact]
    public void A_picture_is_the_one_that_librsvg_draws() =>
        Assert.InRange(Difference(Librsvg, Drawn(Picture)), 0, SameToTheEye);

    [Fact]
    public void Without_any_one_of_its_elements_it_would_be_found_out()
    {
        int elements = Picture.Elements().Last().Elements().Count();
        for (int left = 0; left < elements; left++)
        {
            XElement picture = Picture, one = picture.Elements().Last().Elements().ElementAt(left);
            bool hidden = (string?)one.Attribute("display") == "none";
            one.Remove();
            Assert.Equal(hidden, Difference(Librsvg, Drawn(picture)) <= SameToTheEye);
        }
    }

    [Theory]
    [InlineData("<circle/>", "circle")]
    [InlineData("<path d=\"M0,0h5\" clip-path=\"url(#a)\"/>", "clip-path")]
    [InlineData("<path d=\"M0,0h5\" fill=\"url(#a)\"/>", "url(#a)")]
    [InlineData("<path d=\"M0,0h5\" fill=\"#000000\" stroke=\"#ff0000\" opacity=\"0.5\"/>", "translucent")]
    [InlineData("<path d=\"M0,0h5\" transform=\"scale(2)\"/>", "scale(2)")]
    [InlineData("<path d=\"M0,0?\"/>", "M0,0?")]
    [InlineData("<g opacity=\"0.5\"/>", "translucent")]
    public void What_is_not_drawn_is_refused_by_name(string element, string named)
    {
        string svg = $"<svg width=\"9\" height=\"9\">{element}</svg>";
        string message = Assert.Throws<NotSupportedException>(() => SvgPicture.Png(svg)).Message;
        Assert.Contains(named, message, StringComparison.Ordinal);
    }

    private static Image8 Drawn(XElement svg) =>
        ImageFile.Decode(SvgPicture.Png(svg.ToString(SaveOptions.DisableFormatting)), ImageLimits.Default).Image!;

    private static double Difference(Image8 one, Image8 other)
    {
        Assert.Equal(one.Shape, other.Shape);
        long sum = 0;
        for (int i = 0; i < one.Shape.Length; i++)
            sum += Math.Abs(one.Pixels.Span[i] - other.Pixels.Span[i]);
        return (double)sum / one.Shape.Length;
    }
}

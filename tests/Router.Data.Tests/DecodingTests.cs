using Router.Data.Decoding;

namespace Router.Data.Tests;

public sealed class DecodingTests
{
    [Theory]
    [InlineData("rgb")]
    [InlineData("grey")]
    [InlineData("grey1")]
    [InlineData("palette")]
    [InlineData("alpha-opaque")]
    [InlineData("rgb16")]
    [InlineData("grey16")]
    [InlineData("interlaced")]
    public void Png_gives_exactly_the_pixels_that_Pillow_reads(string name) =>
        Assert.Equal(0, Fixture.LargestDifference(Fixture.Expected(name, Fixture.Height, Fixture.Width), Decoded(name + ".png")));

    [Theory]
    [InlineData("color")]
    [InlineData("color444")]
    [InlineData("progressive")]
    [InlineData("grey-jpeg")]
    public void Jpeg_is_within_two_levels_of_Pillow(string name) =>
        Assert.InRange(Fixture.LargestDifference(Fixture.Expected(name, Fixture.Height, Fixture.Width), Decoded(name + ".jpg")), 0, 2);

    [Fact]
    public void Exif_orientation_is_ignored() =>
        Assert.InRange(Fixture.LargestDifference(Fixture.Expected("oriented", Fixture.Height, Fixture.Width), Decoded("oriented.jpg")), 0, 2);

    [Fact]
    public void A_transparent_palette_entry_that_no_pixel_uses_does_no_harm() =>
        Assert.Equal(0, Fixture.LargestDifference(Fixture.Expected("palette-key-unused", 2, 2), Decoded("palette-key-unused.png")));

    [Fact]
    public void Text_and_profiles_in_a_png_change_nothing() =>
        Assert.Equal(0, Fixture.LargestDifference(Fixture.Expected("rgb", Fixture.Height, Fixture.Width), Decoded("ancillary.png")));

    [Theory]
    [InlineData("alpha.png", "transparent at column 7, row 5")]
    [InlineData("color-key.png", "transparent at column 11, row 5")]
    [InlineData("palette-key-used.png", "transparent at column 0, row 1")]
    [InlineData("cmyk.jpg", "CMYK")]
    [InlineData("text.png", "not a PNG or JPEG image: the file begins with bytes 5468697320697320")]
    [InlineData("huge.png", "60000 wide and 60000 high, more than the 16384 allowed")]
    [InlineData("huge.jpg", "60000 wide and 60000 high, more than the 16384 allowed")]
    [InlineData("truncated.png", "318 bytes and its chunk at offset 33 does not end")]
    [InlineData("damaged.png", "its chunk at offset 33 has checksum")]
    [InlineData("short-data.png", "PNG is damaged or truncated (gd-png")]
    [InlineData("unknown-chunk.png", "unknown critical chunk at offset 33")]
    [InlineData("truncated.jpg", "JPEG is damaged or truncated (gd-jpeg")]
    public void A_file_that_cannot_be_used_is_refused_with_its_name_and_the_reason(string file, string reason)
    {
        string path = Fixture.PathOf(file);
        string message = Assert.Throws<InvalidDataException>(() => ImageFile.Read(path, ImageLimits.Default)).Message;
        Assert.StartsWith(path + ": ", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rgb.png")]
    [InlineData("interlaced.png")]
    [InlineData("color.jpg")]
    [InlineData("progressive.jpg")]
    public void Every_shorter_prefix_of_a_file_is_refused(string file)
    {
        byte[] bytes = Fixture.Bytes(file);
        // Without its end marker a JPEG still has all its pixels.
        int end = file.EndsWith(".jpg", StringComparison.Ordinal) ? bytes.Length - 2 : bytes.Length;
        for (int length = 0; length < end; length++)
            Assert.False(ImageFile.Decode(bytes.AsSpan(0, length), ImageLimits.Default).Succeeded, $"{file} cut to {length} of {bytes.Length} bytes was decoded");
    }

    [Theory]
    [InlineData("rgb.png")]
    [InlineData("palette.png")]
    [InlineData("color.jpg")]
    [InlineData("progressive.jpg")]
    public void A_file_with_any_one_byte_changed_is_decoded_to_its_announced_size_or_refused(string file)
    {
        byte[] intact = Fixture.Bytes(file);
        var limits = new ImageLimits { MaxSide = 1024 };
        for (int offset = 0; offset < intact.Length; offset++)
        {
            byte[] bytes = [.. intact];
            bytes[offset] ^= 0xFF;
            ImageDecoding decoding = ImageFile.Decode(bytes, limits);
            Assert.True(decoding.Succeeded ? decoding.Image.Width <= 1024 && decoding.Image.Height <= 1024 : decoding.Problem.Length > 0);
        }
    }

    [Fact]
    public void Limits_are_inclusive()
    {
        byte[] bytes = Fixture.Bytes("rgb.png");
        var exact = new ImageLimits { MaxSide = Fixture.Width, MaxPixels = Fixture.Width * Fixture.Height, MaxFileBytes = bytes.Length };
        Assert.True(ImageFile.Decode(bytes, exact).Succeeded);
        Assert.Contains("allowed for a side", ImageFile.Decode(bytes, exact with { MaxSide = exact.MaxSide - 1 }).Problem, StringComparison.Ordinal);
        Assert.Contains("23×17 pixels", ImageFile.Decode(bytes, exact with { MaxPixels = exact.MaxPixels - 1 }).Problem, StringComparison.Ordinal);
        Assert.Contains("bytes, more than", ImageFile.Decode(bytes, exact with { MaxFileBytes = exact.MaxFileBytes - 1 }).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_jpeg_with_more_scans_than_allowed_is_refused()
    {
        byte[] bytes = Fixture.Bytes("progressive.jpg");
        int scans = new ReadOnlySpan<byte>(bytes).Count<byte>((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        Assert.True(ImageFile.Decode(bytes, new ImageLimits { MaxScans = scans }).Succeeded);
        Assert.Contains($"at least {scans} scans", ImageFile.Decode(bytes, new ImageLimits { MaxScans = scans - 1 }).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x01)]
    [InlineData(0xD0)]
    [InlineData(0xD8)]
    [InlineData(0xD9)]
    public void A_jpeg_marker_without_length_cannot_hide_the_real_frame_header(byte marker)
    {
        // Taken for a segment, the marker's "length" would lead past the announcement of 60000×60000 to that of the harmless file behind it.
        byte[] huge = Fixture.Bytes("huge.jpg"), harmless = Fixture.Bytes("color.jpg");
        byte[] bytes = [0xFF, 0xD8, 0xFF, marker, .. huge.AsSpan(2), .. new byte[0xFFE0 + 2 - huge.Length], .. harmless.AsSpan(2)];
        Assert.Contains("damaged at offset 2", ImageFile.Decode(bytes, ImageLimits.Default).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Threads_that_decode_good_and_bad_files_together_do_not_disturb_each_other()
    {
        byte[] good = Fixture.Bytes("rgb.png"), badPng = Fixture.Bytes("short-data.png"), badJpeg = Fixture.Bytes("truncated.jpg");
        Image8 expected = Fixture.Expected("rgb", Fixture.Height, Fixture.Width);
        Parallel.For(0, 300, i =>
        {
            if (i % 3 == 0)
                Assert.Equal(0, Fixture.LargestDifference(expected, ImageFile.Decode(good, ImageLimits.Default).Image!));
            else
                Assert.Contains(i % 3 == 1 ? "gd-png" : "gd-jpeg", ImageFile.Decode(i % 3 == 1 ? badPng : badJpeg, ImageLimits.Default).Problem, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_machine_without_libgd_is_told_what_to_install()
    {
        string message = Assert.Throws<DllNotFoundException>(() => GdLibrary.Load(["libgd-that-is-not-there.so.3"])).Message;
        Assert.Contains("install libgd3", message, StringComparison.Ordinal);
        Assert.Contains("libgd-that-is-not-there.so.3", message, StringComparison.Ordinal);
    }

    private static Image8 Decoded(string file) => ImageFile.Read(Fixture.PathOf(file), ImageLimits.Default);
}

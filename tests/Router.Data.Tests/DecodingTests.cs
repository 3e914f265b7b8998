using System.Diagnostics;
using Tests;

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
    [InlineData("palette-key-used", 2, 2)]
    [InlineData("palette-key-unused", 2, 2)]
    [InlineData("color-key")]
    [InlineData("alpha")]
    [InlineData("clear")]
    [InlineData("grey-alpha")]
    [InlineData("rgba16")]
    [InlineData("gamma")]
    [InlineData("profile-png")]
    public void Png_gives_exactly_the_pixels_that_Pillow_reads(
        string name, int height = Fixture.Height, int width = Fixture.Width) =>
        Assert.Equal(0, Fixture.LargestDifference(Fixture.Expected(name, height, width), Decoded(name + ".png")));

    // Nobody ever writes into the pipe, and the device never ends: what read them would not come back.
    [Fact]
    public void A_pipe_a_device_and_an_empty_file_are_refused_by_name()
    {
        using TemporaryFolder folder = new();
        string pipe = Path.Combine(folder.Path, "pipe.png"), empty = Path.Combine(folder.Path, "empty.png");
        Posix.MakePipe(pipe);
        File.WriteAllText(empty, "");
        foreach (string path in (string[])[pipe, empty, "/dev/zero"])
            Assert.Equal($"{path} has no bytes: expected a PNG or JPEG file",
                Assert.Throws<InvalidDataException>(() => ImageFile.Read(path, new ImageLimits())).Message);
    }

    [Theory]
    [InlineData("color")]
    [InlineData("color444")]
    [InlineData("progressive")]
    [InlineData("noise")]
    [InlineData("grey-jpeg")]
    [InlineData("cmyk")]
    [InlineData("ycck")]
    [InlineData("oriented")]
    [InlineData("profile-jpeg")]
    [InlineData("gap")]
    public void Jpeg_gives_exactly_the_pixels_that_Pillow_reads(string name) =>
        Assert.Equal(0, Fixture.LargestDifference(
            Fixture.Expected(name, Fixture.Height, Fixture.Width), Decoded(name + ".jpg")));

    [Fact]
    public void What_is_transparent_keeps_the_colour_it_was_given()
    {
        // One pixel, colour type 6: red 200, green 100, blue 50, alpha 0, by the PNG specification alone.
        byte[] file = Convert.FromHexString(
            "89504E470D0A1A0A0000000D49484452000000010000000108060000001F15C489"
            + "0000000D49444154789C63389162C4000004B5015FA08D80D0" + "0000000049454E44AE426082");
        Assert.Equal<byte>([200, 100, 50], ImageFile.Decode(file, ImageLimits.Default).Image!.Pixels.ToArray());
    }

    [Fact]
    public void Text_and_profiles_in_a_png_change_nothing() =>
        Assert.Equal(0, Fixture.LargestDifference(
            Fixture.Expected("rgb", Fixture.Height, Fixture.Width), Decoded("ancillary.png")));

    [Theory]
    [InlineData("text.png", "not a PNG or JPEG image: the file begins with bytes 5468697320697320")]
    [InlineData("huge.png", "60000 wide and 60000 high, more than the 16384 allowed")]
    [InlineData("huge.jpg", "60000 wide and 60000 high, more than the 16384 allowed")]
    [InlineData("truncated.png", "318 bytes and its chunk at offset 33 does not end")]
    [InlineData("damaged.png", "its chunk at offset 33 has checksum")]
    [InlineData("short-data.png", "PNG is damaged or truncated (Skia: IncompleteInput)")]
    [InlineData("unknown-chunk.png", "unknown critical chunk at offset 33")]
    [InlineData("truncated.jpg", "JPEG is cut off after 808 bytes: no end marker follows its last scan")]
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
        for (int length = 0; length < bytes.Length; length++)
            Assert.False(ImageFile.Decode(bytes.AsSpan(0, length), ImageLimits.Default).Succeeded,
                $"{file} cut to {length} of {bytes.Length} bytes was decoded");
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
            Assert.True(decoding.Succeeded ? decoding.Image.Width <= 1024
                && decoding.Image.Height <= 1024 : decoding.Problem.Length > 0);
        }
    }

    [Fact]
    public void Limits_are_inclusive()
    {
        byte[] bytes = Fixture.Bytes("rgb.png");
        var exact = new ImageLimits { MaxSide = Fixture.Width, MaxPixels = Fixture.Width * Fixture.Height,
            MaxFileBytes = bytes.Length };
        Assert.True(ImageFile.Decode(bytes, exact).Succeeded);
        Assert.Contains("allowed for a side",
            ImageFile.Decode(bytes, exact with { MaxSide = exact.MaxSide - 1 }).Problem, StringComparison.Ordinal);
        Assert.Contains("23×17 pixels", ImageFile.Decode(bytes, exact with { MaxPixels = exact.MaxPixels - 1 }).Problem,
            StringComparison.Ordinal);
        Assert.Contains("bytes, more than", ImageFile.Decode(
            bytes, exact with { MaxFileBytes = exact.MaxFileBytes - 1 }).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_jpeg_with_more_scans_than_allowed_is_refused()
    {
        byte[] bytes = Fixture.Bytes("progressive.jpg");
        int scans = new ReadOnlySpan<byte>(bytes).Count<byte>((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        Assert.True(ImageFile.Decode(bytes, new ImageLimits { MaxScans = scans }).Succeeded);
        Assert.Contains($"at least {scans} scans",
            ImageFile.Decode(bytes, new ImageLimits { MaxScans = scans - 1 }).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("color")]
    [InlineData("progressive")]
    public void What_is_appended_to_a_jpeg_is_none_of_it(string name)
    {
        byte[] image = Fixture.Bytes(name + ".jpg"), whole = [.. image, 0, 0, .. "ftypmp42"u8, 0xFF, 0xDA, 0, 8, 1];
        int scans = new ReadOnlySpan<byte>(image).Count<byte>((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        ImageDecoding decoding = ImageFile.Decode(whole, new ImageLimits { MaxScans = scans });
        Assert.True(decoding.Succeeded, decoding.Problem);
        Assert.Equal(0, Fixture.LargestDifference(
            Fixture.Expected(name, Fixture.Height, Fixture.Width), decoding.Image));
    }

    [Fact]
    public void An_end_marker_in_a_segment_behind_the_frame_header_ends_no_jpeg()
    {
        byte[] image = Fixture.Bytes("color.jpg");
        int scan = image.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        byte[] comment = [0xFF, 0xFE, 0, 6, 0xFF, 0xD9, 0xFF, 0xDA];
        byte[] with = [.. image[..scan], .. comment, .. image[scan..]];
        Assert.True(ImageFile.Decode(with, new ImageLimits { MaxScans = 1 }).Succeeded);
        Assert.Contains("no end marker follows its last scan",
            ImageFile.Decode(with.AsSpan(0, with.Length - 2), ImageLimits.Default).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x01)]
    [InlineData(0xD0)]
    [InlineData(0xD8)]
    [InlineData(0xD9)]
    public void A_jpeg_marker_without_length_cannot_hide_the_real_frame_header(byte marker)
    {
        // Taken for a segment, the marker's "length" would lead past the announcement of 60000×60000 to that of the
        // harmless file behind it.
        byte[] huge = Fixture.Bytes("huge.jpg"), harmless = Fixture.Bytes("color.jpg");
        byte[] bytes = [0xFF, 0xD8, 0xFF, marker, .. huge.AsSpan(2), .. new byte[0xFFE0 + 2 - huge.Length],
            .. harmless.AsSpan(2)];
        Assert.Contains("damaged at offset 2", ImageFile.Decode(bytes, ImageLimits.Default).Problem,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Threads_that_decode_good_and_bad_files_together_do_not_disturb_each_other()
    {
        byte[] good = Fixture.Bytes("rgb.png"), badPng = Fixture.Bytes("short-data.png"),
        badJpeg = Fixture.Bytes("truncated.jpg");
        Image8 expected = Fixture.Expected("rgb", Fixture.Height, Fixture.Width);
        Parallel.For(0, 300, i =>
        {
            if (i % 3 == 0)
                Assert.Equal(0, Fixture.LargestDifference(
                    expected, ImageFile.Decode(good, ImageLimits.Default).Image!));
            else
                Assert.Contains(i % 3 == 1 ? "the PNG is damaged" : "the JPEG is cut off", ImageFile.Decode(
                    i % 3 == 1 ? badPng : badJpeg, ImageLimits.Default).Problem, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Decoders_print_nothing_of_their_own_to_standard_error()
    {
        // Native code writes to the file descriptor, past Console.Error: only another process shows it. It runs the
        // tests above.
        ProcessStartInfo start = new("dotnet", [typeof(DecodingTests).Assembly.Location, "-noColor", "-noLogo"]);
        foreach (string test in (string[])["Png_gives_exactly_*", "Text_and_profiles_*", "Jpeg_gives_exactly_*",
            "A_file_that_cannot_be_used_*"])
        {
            start.ArgumentList.Add("-method");
            start.ArgumentList.Add($"*.{nameof(DecodingTests)}.{test}");
        }
        (_, string printed, string error) = await OtherProgram.RunAsync(start);
        Assert.Equal("", error);
        Assert.Matches("Total: [2-9][0-9], Errors: 0, Failed: 0", printed);
    }

    [Fact]
    public void The_decoders_of_this_system_and_no_other_lie_beside_the_program() =>
        Assert.Single(Directory.EnumerateFiles(AppContext.BaseDirectory, "libSkiaSharp*", SearchOption.AllDirectories));

    private static Image8 Decoded(string file) => ImageFile.Read(Fixture.PathOf(file), ImageLimits.Default);
}

using System.ComponentModel;
using System.Diagnostics;

namespace Router.Evaluation.Reports;

/// <summary>SVG to PNG with librsvg's program, where the machine has it.</summary>
internal static class PictureConverter
{
    private const string Program = "rsvg-convert";

    /// <summary>Converts a file; a PNG is twice as wide as the SVG says, for dense screens.</summary>
    /// <returns>Null, or why there is no PNG.</returns>
    public static async Task<string?> ConvertAsync(string svg, string png, CancellationToken cancellationToken)
    {
        ProcessStartInfo start = new(Program, ["--zoom", "2", "--format", "png", "--output", png, svg]) { RedirectStandardError = true, UseShellExecute = false };
        try
        {
            using Process process = Process.Start(start)!;
            string message = await process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0 ? null : $"{Program} could not convert {svg}: {message.Trim()}";
        }
        catch (Win32Exception)
        {
            return $"{Program} is not on this machine (Debian package librsvg2-bin)";
        }
    }
}

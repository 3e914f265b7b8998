using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Router.Host.Cli;

/// <summary>Lines that are results: printed as they are, for whoever copies or reads them.</summary>
internal static class Printing
{
    private static readonly JsonSerializerOptions Json = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Prints a line; a terminal shows what is too long for it in several, but there is one.</summary>
    public static void Print(this IAnsiConsole console, string line) => console.Profile.Out.Writer.WriteLine(line);

    /// <summary>Prints sentences; a terminal has them in lines that end between words.</summary>
    public static void PrintProse(this IAnsiConsole console, string text)
    {
        if (!console.Profile.Out.IsTerminal)
        {
            console.Print(text);
            return;
        }
        string line = "";
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && line.GetCellWidth() + 1 + word.GetCellWidth() > console.Profile.Width)
            {
                console.Print(line);
                line = "";
            }
            line += line.Length > 0 ? $" {word}" : word;
        }
        console.Print(line);
    }

    /// <summary>Prints an object in one line.</summary>
    public static void Print(this IAnsiConsole console, JsonObject told) => console.Print(told.ToJsonString(Json));
}

using System.Text;
using Spectre.Console;

namespace Router.Host.Serving.Operations;

/// <summary>
/// A console for what loading says to people, every line of which becomes one of the daemon's log, in its format.
/// </summary>
/// <param name="log">The log.</param>
internal sealed class LoggedConsole(ILogger log) : TextWriter
{
    // A log has no right margin.
    private const int Width = 10_000;

    private readonly StringBuilder _line = new();

    public override Encoding Encoding => Encoding.UTF8;

    /// <summary>The console of a log.</summary>
    public static IAnsiConsole Of(ILogger log)
    {
        IAnsiConsole console = AnsiConsole.Create(new()
        {
            Out = new AnsiConsoleOutput(new LoggedConsole(log)), Ansi = AnsiSupport.No,
            Interactive = InteractionSupport.No,
        });
        console.Profile.Width = Width;
        return console;
    }

    public override void Write(char value)
    {
        if (value != '\n')
        {
            _line.Append(value);
            return;
        }
        log.Noticed(_line.ToString().TrimEnd());
        _line.Clear();
    }
}

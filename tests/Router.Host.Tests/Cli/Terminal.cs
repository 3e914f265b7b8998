using System.Text;
using Spectre.Console;

namespace Router.Host.Tests.Cli;

/// <summary>A terminal of some width, as far as a program sees one.</summary>
internal sealed class Terminal(TextWriter writer, int width) : IAnsiConsoleOutput
{
    public TextWriter Writer => writer;

    public bool IsTerminal => true;

    public int Width => width;

    public int Height => 24;

    public void SetEncoding(Encoding encoding)
    {
    }
}

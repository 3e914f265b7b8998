using System.Text.Json.Nodes;
using Jint;

namespace Router.Evaluation.Reports;

/// <summary>
/// Vega and Vega-Lite, run in this process: a specification becomes SVG. Widths of text are estimated, since there is
/// no canvas to measure them on.
/// </summary>
internal sealed class ChartEngine : IDisposable
{
    // What Vega asks of its surroundings beyond the language. Nothing reaches the disk or the network.
    private const string Surroundings = """
        var self = globalThis, console = { log() {}, info() {}, warn() {}, error() {} };
        var structuredClone = globalThis.structuredClone || (value => JSON.parse(JSON.stringify(value)));
        var setTimeout = run => { run(); return 0; }, clearTimeout = () => {};
        """;

    private const string Drawing = """
        new vega.View(vega.parse(vegaLite.compile(JSON.parse(specification)).spec), { renderer: 'none', loader: {
          load() { throw Error('charts load nothing'); }, sanitize() { throw Error('charts link to nothing'); },
        } })
          .toSVG().then(text => done(text)).catch(fault => failed(String(fault)));
        """;

    private const int DeepestRecursion = 2000;

    private readonly Jint.Engine _engine = new(options => options.LimitRecursion(DeepestRecursion));

    public ChartEngine()
    {
        _engine.Execute(Surroundings);
        foreach (string library in (string[])["vega", "vega-lite"])
            _engine.Execute(EmbeddedFile.Text($"Assets/{library}.min.js"), library);
    }

    /// <summary>Draws.</summary>
    /// <exception cref="InvalidOperationException">Vega refused the specification; the message is Vega's.</exception>
    public string Svg(JsonObject specification)
    {
        string? svg = null, fault = null;
        _engine.SetValue("specification", specification.ToJsonString());
        _engine.SetValue("done", (string text) => { svg = text; });
        _engine.SetValue("failed", (string text) => { fault = text; });
        _engine.Execute(Drawing);
        _engine.Advanced.ProcessTasks();
        return svg ?? throw new InvalidOperationException($"Vega drew nothing: {fault ?? "its promise was not kept"}");
    }

    public void Dispose() => _engine.Dispose();
}

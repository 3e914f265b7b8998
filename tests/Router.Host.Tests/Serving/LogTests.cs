using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Router.Host.Serving.Operations;
using Tests;

namespace Router.Host.Tests.Serving;

public sealed partial class LogTests
{
    [Fact]
    public void Event_ids_are_unique()
    {
        (int Id, string Method)[] events =
        [
            .. from type in typeof(Daemon).Assembly.GetTypes()
               from method in type.GetMethods(
                   BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic
                   | BindingFlags.DeclaredOnly)
               let message = method.GetCustomAttribute<LoggerMessageAttribute>()
               where message is not null
               select (message.EventId, $"{type.Name}.{method.Name}"),
        ];
        Assert.InRange(events.Length, 10, 1000);
        Assert.Empty(events.GroupBy(one => one.Id).Where(same => same.Count() > 1)
            .Select(same => $"{same.Key}: {string.Join(", ", same.Select(one => one.Method))}"));
    }

    [Fact]
    public void Every_line_is_logged_by_generated_code() => Assert.Empty(
        from file in Directory.EnumerateFiles(Path.Combine(Reference.Root, "src"), "*.cs", SearchOption.AllDirectories)
        from line in File.ReadLines(file)
        where Unstructured().IsMatch(line)
        select $"{Path.GetRelativePath(Reference.Root, file)}: {line.Trim()}");

    [Fact]
    public async Task Lines_for_machines_are_objects_with_event_values_and_the_trace_of_the_request()
    {
        const string Trace = "0af7651916cd43dd8448eb211c80319c";
        using ServeProcess program = ServeProcess.Start("--urls", "http://127.0.0.1:0", "--log", "json");
        JsonNode listening = JsonNode.Parse(await program.LineWithAsync("listening at "))!;
        Assert.Equal((1, "Information", "dualrs"),
            ((int)listening["EventId"]!, (string?)listening["LogLevel"], (string?)listening["Category"]));
        using HttpClient client = new() { BaseAddress = new((string)listening["State"]!["Address"]!) };
        await program.LineWithAsync("ready after");
        using HttpRequestMessage request = new(
            HttpMethod.Post, RunningDaemon.Infer) { Content = RunningDaemon.Text("{}") };
        request.Headers.Add("traceparent", $"00-{Trace}-b7ad6b7169203331-01");
        using HttpResponseMessage response = await client.SendAsync(request);
        JsonNode refused = JsonNode.Parse(await program.LineWithAsync("refused with 400"))!;
        Assert.Equal((11, 400), ((int)refused["EventId"]!, (int)refused["State"]!["Status"]!));
        Assert.Contains(refused["Scopes"]!.AsArray(), scope => (string?)(scope as JsonObject)?["TraceId"] == Trace);
        await program.SignalAsync("TERM");
        Assert.Equal(0, await program.ExitCodeAsync());
    }

    [GeneratedRegex(@"\.Log(Trace|Debug|Information|Warning|Error|Critical)\(|\b_?log(ger)?\.Log\(",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Unstructured();
}

using System.Text.Json.Nodes;
using Router.Host.Cli;

namespace Router.Host.Tests.Deploy;

/// <summary>What .NET is told of the program, as it is built.</summary>
public sealed class RuntimeSettingsTests
{
    // A heap for each core is for servers whose work is objects; here it is in libtorch, and memory is for networks.
    [Theory]
    [InlineData("System.GC.Server")]
    [InlineData("System.Runtime.TieredPGO")]
    public void It_is_off(string setting) => Assert.False((bool)JsonNode.Parse(File.ReadAllText(
        Path.ChangeExtension(typeof(CommandRunner).Assembly.Location, ".runtimeconfig.json")))!
        ["runtimeOptions"]!["configProperties"]![setting]!);
}

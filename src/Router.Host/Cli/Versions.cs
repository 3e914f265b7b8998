using System.Collections.Immutable;
using System.Reflection;

namespace Router.Host.Cli;

/// <summary>What makes records, by component.</summary>
internal static class Versions
{
    /// <summary>The program's own version.</summary>
    public static readonly string Program =
        typeof(Versions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    private static readonly string[] OfEngine = ["engine", "libtorch"];

    /// <summary>The program and what its networks run on.</summary>
    public static ImmutableSortedDictionary<string, string> Of(Deployment deployed) =>
        ImmutableSortedDictionary<string, string>.Empty
        .Add("dualrs", Program)
        .AddRange(deployed.Engine.Where(property => OfEngine.Contains(property.Key)));
}

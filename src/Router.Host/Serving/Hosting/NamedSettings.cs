namespace Router.Host.Serving.Hosting;

/// <summary>
/// Settings that remember what they are called where they come from: an option of the command line, a variable of the
/// environment.
/// </summary>
internal sealed class NamedSettings : ConfigurationProvider, IConfigurationSource
{
    private const string Separator = "__";

    private readonly Dictionary<string, string> _names = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether they are options of the command line.</summary>
    public bool OfCommandLine { get; init; }

    /// <summary>Those of an environment: <c>DUALRS__MAXIMAGES</c> is <c>DualRs:MaxImages</c>.</summary>
    /// <param name="variables">All variables; others than these are left alone.</param>
    public static NamedSettings OfEnvironment(IEnumerable<KeyValuePair<string, string>> variables)
    {
        NamedSettings settings = new();
        foreach ((string name, string value) in variables)
            if (name.StartsWith(Settings.Section + Separator, StringComparison.OrdinalIgnoreCase))
                settings.Add(name.Replace(Separator, ConfigurationPath.KeyDelimiter, StringComparison.Ordinal),
                    value, name);
        return settings;
    }

    /// <summary>The variable that a setting usually is.</summary>
    public static string VariableOf(string path) =>
        path.Replace(ConfigurationPath.KeyDelimiter, Separator, StringComparison.Ordinal).ToUpperInvariant();

    /// <summary>Adds one.</summary>
    /// <param name="path">The setting, with its section.</param>
    /// <param name="value">As it was written.</param>
    /// <param name="name">What it is called.</param>
    public void Add(string path, string value, string name) => (Data[path], _names[path]) = (value, name);

    /// <summary>What a setting is called, or the first of its entries.</summary>
    public string NameOf(string path) => _names.TryGetValue(path, out string? name) ? name
        : _names.First(entry => entry.Key.StartsWith(
            path + ConfigurationPath.KeyDelimiter, StringComparison.OrdinalIgnoreCase)).Value;

    /// <inheritdoc/>
    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;
}

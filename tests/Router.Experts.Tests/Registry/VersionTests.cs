using Router.Experts.Registry;
using static Router.Experts.Tests.Registry.RegistryFolder;

namespace Router.Experts.Tests.Registry;

/// <summary><c>versions:</c> of an expert.</summary>
public class VersionTests
{
    private const string Expert = "{ id: s012, sigma: 0.12, architecture: cifar_resnet20, "
        + "checkpoint: models/a.safetensors, input: standardize }";

    private static RegistryReading Read(RegistryFolder folder, string versions) =>
        folder.Read(With(Expert, Expert.Replace(" }", $", versions: {versions} }}", StringComparison.Ordinal)));

    [Fact]
    public void The_highest_number_is_deployed_and_each_version_is_the_entry_with_its_own_keys()
    {
        using RegistryFolder folder = new();
        RegistryConfig config = Read(folder, "{ 10: { pass: 0.35 }, 9: { checkpoint: models/b.safetensors, "
            + "load: lazy }, 2: { sigma: 0.15, checkpoint: [models/b.safetensors, models/c.safetensors] } }").Config!;
        Assert.Equal(["s012", "s025", "s100"], config.Experts.Select(expert => expert.Id));
        ExpertConfig deployed = config.Experts[0];
        Assert.Equal((10, "s012", "0.35", 0.12m),
            (deployed.Version, deployed.Name, deployed.Pass.ToString(), deployed.Sigma));
        Assert.Equal(folder.In("models/a.safetensors"), deployed.CheckpointPath);
        Assert.Null(config.Experts[1].Version);

        Assert.Equal(["s012:2", "s012:9"], config.OtherVersions.Select(other => other.Id));
        Assert.All(config.OtherVersions, other => Assert.Equal("s012", other.Name));
        (ExpertConfig second, ExpertConfig ninth) = (config.OtherVersions[0], config.OtherVersions[1]);
        Assert.Equal((0.15m, 2), (second.Sigma, second.Members.Count()));
        Assert.Equal((0.12m, LoadPolicy.Lazy, folder.In("models/b.safetensors"), "0"),
            (ninth.Sigma, ninth.Load, ninth.CheckpointPath, ninth.Pass.ToString()));
        Assert.Same(ninth, config.Find("S012:9"));
    }

    [Fact]
    public void What_every_version_says_need_not_stand_beside_them()
    {
        using RegistryFolder folder = new();
        Assert.True(folder.Read(With(
            "checkpoint: models/a.safetensors, input: standardize }",
            "input: standardize, versions: { 1: { checkpoint: models/a.safetensors } } }")).IsAccepted);
        RegistryReading reading = folder.Read(With(
            "checkpoint: models/a.safetensors, input: standardize }",
            "input: standardize, versions: { 1: { checkpoint: models/a.safetensors }, 2: { pass: 0.35 } } }"));
        Assert.Equal(["'checkpoint' is missing"], reading.Faults.Select(fault => fault.Problem));
    }

    [Theory]
    [InlineData("{}", "versions is empty")]
    [InlineData("[1]", "versions is a list")]
    [InlineData("{ 0: {} }", "versions has the key '0'")]
    [InlineData("{ 01: {} }", "versions has the key '01'")]
    [InlineData("{ latest: {} }", "versions has the key 'latest'")]
    [InlineData("{ 1: models/a.safetensors }", "versions.1 is 'models/a.safetensors'")]
    [InlineData("{ 1: { id: other } }", "id is the same for all versions")]
    [InlineData("{ 1: { versions: { 2: {} } } }", "versions is the same for all versions")]
    [InlineData("{ 1: { chekpoint: models/a.safetensors } }", "the key 'chekpoint' is unknown")]
    [InlineData("{ 1: { sigma: -1 }, 2: {} }", "sigma is -1")]
    [InlineData("{ 1: {}, 2: { checkpoint: models/nowhere.safetensors } }", "checkpoint *nowhere* does not exist")]
    public void What_is_no_version_is_refused_once(string versions, string problem)
    {
        using RegistryFolder folder = new();
        RegistryFault fault = Assert.Single(Read(folder, versions).Faults);
        Assert.Equal("s012", fault.Id);
        Assert.Matches($"^{problem.Replace("*", ".*", StringComparison.Ordinal)}$", fault.Problem);
    }

    [Fact]
    public void A_fault_of_what_versions_share_is_told_once()
    {
        using RegistryFolder folder = new();
        string yaml = With(Expert, Expert.Replace("0.12", "-1", StringComparison.Ordinal)
            .Replace(" }", ", verions: 3, versions: { 1: {}, 2: {} } }", StringComparison.Ordinal));
        Assert.Equal(["sigma is -1", "the key 'verions' is unknown"],
            folder.Read(yaml).Faults.Select(fault => fault.Problem));
    }
}

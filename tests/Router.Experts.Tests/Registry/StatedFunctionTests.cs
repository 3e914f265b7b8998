using Router.Experts.Loading;
using Router.Experts.Registry;
using Router.Experts.Tests.Loading;

namespace Router.Experts.Tests.Registry;

/// <summary>What a registry says of a network, beside what the loaded network is.</summary>
public sealed class StatedFunctionTests(LoadedBundle bundle) : IClassFixture<LoadedBundle>
{
    private static readonly DatasetFacts Cifar10 = DatasetFacts.Find("cifar10")!;

    [Fact]
    public void A_loaded_network_is_the_function_that_its_registry_states() =>
        Assert.All(bundle.Registry.Networks, network =>
        {
            Dictionary<string, string> stated = new(StatedFunction.PropertiesOf(network.Config, Cifar10));
            string[] routes = network.Config is RouterConfig ? ["routes"] : [];
            Assert.Equal(["architecture", "image", "input", "noise", .. routes, "weights"], stated.Keys);
            Assert.All(stated, property => Assert.Equal(property.Value, network.Properties[property.Key]));
            Assert.Null(StatedFunction.Objection(network.Config, Cifar10, network.Properties));
        });

    [Fact]
    public void Another_network_of_the_same_layers_is_refused_by_its_noise_and_weights()
    {
        (LoadedNetwork s025, LoadedNetwork s050) = (bundle.Network("s025"), bundle.Network("s050"));
        Assert.Equal("noise: grid 0.5, where the registry says grid 0.25",
            StatedFunction.Objection(s025.Config, Cifar10, s050.Properties));
        Assert.Equal($"weights: {s050.Config.Sha256}, where the registry says {s025.Config.Sha256}",
            StatedFunction.Objection(s050.Config with { Sha256 = s025.Config.Sha256 }, Cifar10, s050.Properties));
        Assert.Null(StatedFunction.Objection(s050.Config with { Sha256 = null }, Cifar10, s050.Properties));
        Assert.Equal("architecture: nothing, where the registry says cifar_resnet20",
            StatedFunction.Objection(s050.Config, Cifar10, new Dictionary<string, string>()));
    }

    [Fact]
    public void A_network_that_looks_twice_and_one_that_does_not_are_two_functions()
    {
        LoadedNetwork once = bundle.Network("s025");
        ExpertConfig twice = (ExpertConfig)once.Config with { Mirror = true };
        Assert.Equal("mirror: nothing, where the registry says mean of logits",
            StatedFunction.Objection(twice, Cifar10, once.Properties));
        Dictionary<string, string> mirrored = new(once.Properties) { ["mirror"] = "mean of logits" };
        Assert.Null(StatedFunction.Objection(twice, Cifar10, mirrored));
        Assert.Equal("mirror: mean of logits, where the registry says nothing",
            StatedFunction.Objection(once.Config, Cifar10, mirrored));
    }

    [Fact]
    public void A_router_whose_routes_are_in_another_order_is_refused()
    {
        LoadedNetwork router = bundle.Network("router");
        RouterConfig config = (RouterConfig)router.Config;
        Assert.Equal("routes: s012,s025,s050,s100, where the registry says s100,s050,s025,s012",
            StatedFunction.Objection(
                config with { Routes = [.. config.Routes.Reverse()] }, Cifar10, router.Properties));
    }

    [Fact]
    public void The_weights_of_an_ensemble_are_those_of_all_members_in_their_order()
    {
        ExpertConfig one = (ExpertConfig)bundle.Network("s025").Config;
        EnsembleMember other = new("cifar_resnet110", "/elsewhere", new string('b', 64));
        Dictionary<string, string> stated = new(
            StatedFunction.PropertiesOf(one with { Others = [other] }, Cifar10));
        Assert.Equal($"cifar_resnet20,cifar_resnet110 {one.Sha256},{other.Sha256}",
            $"{stated["architecture"]} {stated["weights"]}");
        stated = new(StatedFunction.PropertiesOf(one with { Others = [other with { Sha256 = null }] }, Cifar10));
        Assert.DoesNotContain("weights", stated.Keys);
    }
}

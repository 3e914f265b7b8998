using System.Collections.Immutable;
using Router.Cluster.Silos;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Router.Host.Commands.Cluster;
using Router.Votes;

namespace Router.Host.Tests.Cluster;

/// <summary>Whom a gateway asks, of those who say that they have a network of its registry.</summary>
public sealed class ChosenFunctionTests
{
    private static readonly RegistryConfig Registry =
        RegistryReader.Read(Path.Combine(ClusterPrograms.Models, "experts.yaml")).Config!;

    private static readonly NetworkConfig S025 = Registry.FindNetwork("s025")!;

    private static readonly FunctionDescription Right = Made(ImmutableDictionary<string, string>.Empty
        .AddRange(StatedFunction.PropertiesOf(S025, DatasetFacts.Find("shapes10")!))
        .Add("batch", "32").Add("device", "a CPU"));

    private static FunctionDescription Made(ImmutableDictionary<string, string> properties) => new(
        FunctionId.Of(properties).Value, "s025", .25m, 10, [3, 32, 32], 32, "cpu", 1, 0) { Properties = properties };

    private static ImmutableArray<Member> Members(params FunctionDescription[] functions) =>
    [
        .. functions.Select((function, i) => new Member(
            $"worker{i}", new($"host/{i}", [function], false, 0, ImmutableDictionary<string, string>.Empty), null)),
    ];

    public static TheoryData<string, FunctionDescription> Wrong => new()
    {
        { "σ: 1.0, where 0.25 is right", Right with { Sigma = 1.0m } },
        { "θ: 0.5, where 0 is right", Right with { Theta = .5m } },
        { "outcomes: 9, where 10 is right", Right with { Outcomes = 9 } },
        { "image: 3x64x64, where 3x32x32 is right", Right with { ImageShape = [3, 64, 64] } },
        { "batch: 0, where 32 is right", Right with { BatchSize = 0 } },
        { "noise: grid 1, where the registry says grid 0.25", Made(Right.Properties.SetItem("noise", "grid 1")) },
        { "architecture: nothing, where the registry says cifar_resnet8", Right with { Properties = null! } },
        { $"function id: {new string('a', 64)}, where {Right.Function} is right",
            Right with { Function = new('a', 64) } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Who_says_something_else_than_the_registry_is_not_chosen_and_is_told_of(
        string why, FunctionDescription wrong)
    {
        Assert.Null(ChosenFunction.Of(S025, Registry, Members(wrong)));
        Assert.Equal($"s025 of host/0 is not asked: {why}",
            Assert.Single(ChosenFunction.Misfits(S025, Registry, Members(wrong))));
        Assert.Equal(Right, ChosenFunction.Of(S025, Registry, Members(wrong, Right))!.Function);
    }

    [Fact]
    public void Versions_are_those_of_every_network_and_where_they_differ_each_is_said_with_its_networks()
    {
        ImmutableDictionary<string, string> first = ImmutableDictionary<string, string>.Empty
            .Add("engine", "avx2 1 thread").Add("libtorch", "2.5.1");
        ChosenFunction one = new(Right, first, 1), other = new(Right, first.SetItem("libtorch", "2.6.0"), 1);
        Assert.Equal(first, ChosenFunction.VersionsOf([("router", one), ("s025", one)]));
        Assert.Equal(
            first.SetItem("libtorch", "2.5.1 (router, s100); 2.6.0 (s025)"),
            ChosenFunction.VersionsOf([("router", one), ("s025", other), ("s100", one)]));
    }

    [Fact]
    public void Of_two_functions_that_the_registry_means_the_one_that_more_workers_have_is_chosen()
    {
        FunctionDescription other = Made(Right.Properties.SetItem("device", "another CPU"));
        ImmutableArray<Member> members = Members(Right, other, other);
        Assert.Equal(other, ChosenFunction.Of(S025, Registry, members)!.Function);
        Assert.Empty(ChosenFunction.Misfits(S025, Registry, members));
        Assert.True(ChosenFunction.Of(S025, Registry, Members(Right))!.IsOutgrown(S025, Registry, members));
    }

    // What it says of itself nobody can check, and alone in its pool it would be audited by nobody.
    [Fact]
    public void A_worker_that_says_it_is_many_is_one()
    {
        FunctionDescription liar = Made(Right.Properties.SetItem("device", "another")) with { Lanes = int.MaxValue };
        ImmutableArray<Member> members = Members(Right, Right, liar);
        Member twice = members[2] with
        {
            Description = members[2].Description! with { Functions = [liar, liar, liar, liar] },
        };
        ChosenFunction chosen = ChosenFunction.Of(S025, Registry, [.. members[..2], twice])!;
        Assert.Equal((Right, 2), (chosen.Function, chosen.Workers));
        Assert.False(chosen.IsOutgrown(S025, Registry, [.. members[..2], twice]));
    }
}

using System.Reflection;

namespace Router.Torch.Tests;

/// <summary>src/Router.Torch/members.txt lists what both tensor providers must offer.</summary>
public sealed class MembersTests
{
    private static readonly Assembly Provider = typeof(torch).Assembly;
    private static readonly SortedSet<string> Offered = new PublicSurface(Provider, typeof(torch).Namespace!).Lines();
    private static readonly string[] Listed =
        File.ReadAllLines(Path.Combine(global::Tests.Reference.Root, "src", "Router.Torch", "members.txt"));

    [Fact]
    public void The_provider_offers_every_listed_member() => Assert.Empty(Listed.Except(Offered));

    [Fact]
    public void The_binding_offers_no_member_that_is_not_listed()
    {
        Assert.SkipUnless(Provider.GetName().Name == "Router.Torch",
            "the provider is not the binding: it offers more than the product uses");
        Assert.Empty(Offered.Except(Listed));
    }
}

using Router.Host.Cli;

namespace Router.Host.Tests.Cli;

public sealed class FilePermissionsTests
{
    // What ssh accepts of an own key, and PostgreSQL of one that root hands to a group.
    [Theory]
    [InlineData("600", true, false, null)]
    [InlineData("400", true, false, null)]
    [InlineData("640", true, false, "600")]
    [InlineData("604", true, false, "600")]
    [InlineData("610", true, false, "600")]
    [InlineData("440", false, false, null)]
    [InlineData("640", false, false, null)]
    [InlineData("660", false, false, "640")]
    [InlineData("644", false, false, "640")]
    [InlineData("640", true, true, null)]
    [InlineData("644", true, true, "600")]
    public void A_private_key_is_its_owner_s_or_readable_to_the_group_it_was_handed_to(
        string mode, bool isOwn, bool isRoot, string? right)
    {
        string? objection = FilePermissions.OfSecret(
            "key.pem", (UnixFileMode)Convert.ToInt32(mode, fromBase: 8), isOwn, isRoot);
        Assert.Equal(
            right is null ? null
                : $"key.pem holds a secret, and others may use it: its mode is 0{mode}; make it private, "
                  + $"chmod {right} key.pem",
            objection);
    }
}

namespace Router.Host.Tests.Cluster;

/// <summary>What one process certifies, without a cluster: drawn once for all tests of a class.</summary>
public abstract class SingleProcess(int skip) : IAsyncLifetime
{
    /// <summary>Every so many images.</summary>
    public int Skip => skip;

    /// <summary>The records.</summary>
    public string Records { get; private set; } = "";

    /// <summary>The counts.</summary>
    public string Counts { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        using ClusterPrograms programs = new();
        ClusterProgram single = programs.StartCertify("single", skip);
        Assert.True(await single.ExitCodeAsync() == 0, single.Text);
        (Records, Counts) = (programs.Read("single"), programs.Read("single.tsv.counts.tsv"));
    }

    public ValueTask DisposeAsync() => default;
}

/// <summary>Of four images.</summary>
public sealed class FewImages() : SingleProcess(skip: 500);

/// <summary>Of eight images.</summary>
public sealed class ManyImages() : SingleProcess(skip: 250);

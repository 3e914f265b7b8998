using System.Security.Cryptography;
using Router.Evaluation;
using Router.Host.Commands.Cluster;
using Router.Host.Tests.Serving.Transport;
using Tests;

namespace Router.Host.Tests.Cluster;

/// <summary>What a member shows the others while its file changes.</summary>
public sealed class MemberCertificateTests : IDisposable
{
    private readonly TestCertificate _files = new();
    private readonly string _file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose()
    {
        _files.Dispose();
        File.Delete(_file);
    }

    // Its time of writing has to differ, and files are written within one tick of a clock.
    private void Write(string name, int day)
    {
        _files.Write(name);
        File.WriteAllText(_file, $"{File.ReadAllText(_files.Certificate)}\n{File.ReadAllText(_files.Key)}\n");
        Posix.SetMode(_file, "600");
        File.SetLastWriteTimeUtc(_file, new(2026, 1, day));
    }

    [Fact]
    public void A_renewed_certificate_is_shown_and_a_spoilt_file_changes_nothing_until_it_is_whole()
    {
        Write("old", day: 1);
        MemberCertificate shown = new(_file);
        Assert.Equal("CN=old", shown.Current().Subject);
        Write("new", day: 2);
        Assert.Equal("CN=new", shown.Current().Subject);
        Assert.True(shown.Current().HasPrivateKey);
        File.WriteAllText(_file, "half of");
        Assert.Equal("CN=new", shown.Current().Subject);
        File.Delete(_file);
        Assert.Equal("CN=new", shown.Current().Subject);
        Write("newest", day: 3);
        Assert.Equal("CN=newest", shown.Current().Subject);
        Write("open", day: 4);
        Posix.SetMode(_file, "644");
        Assert.Equal("CN=newest", shown.Current().Subject);
    }

    [Fact]
    public void A_key_that_is_open_to_others_and_what_is_no_certificate_are_refused()
    {
        Write("open", day: 1);
        Posix.SetMode(_file, "644");
        Assert.Throws<BadInputException>(() => new MemberCertificate(_file));
        File.WriteAllText(_file, "none");
        Posix.SetMode(_file, "600");
        Assert.Throws<CryptographicException>(() => new MemberCertificate(_file));
    }
}

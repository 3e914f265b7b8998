using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Logging;
using Router.Evaluation;
using Router.Host.Cli;
using Router.Host.Commands;
using Router.Host.Serving.Operations;
using Spectre.Console;
using Tests;

namespace Router.Host.Tests.Serving.Transport;

public sealed class TlsTests : IDisposable
{
    private const int CertificateRead = 30, CertificateNotRead = 31;

    private readonly TestCertificate _files = new();
    private readonly LoggedLines _log = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task A_certificate_that_changes_serves_the_next_connection_and_a_spoilt_one_changes_nothing()
    {
        _files.Write("first");
        await using Daemon daemon = await StartAsync(new(_files.Certificate, _files.Key, password: null));
        Uri address = daemon.Addresses.Single();
        Assert.Equal("https", address.Scheme);
        Assert.Equal("CN=first", await SubjectAsync(address));
        _files.Write("second");
        Assert.Equal("CN=second", await SubjectAsync(address));
        Assert.Contains("CN=second", await _log.Of(CertificateRead));
        await File.WriteAllTextAsync(_files.Key, "nonsense");
        Assert.Equal("CN=second", await SubjectAsync(address));
        Assert.Contains($"{_files.Certificate} and {_files.Key} hold no certificate with its private key",
            await _log.Of(CertificateNotRead));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Requests_are_answered_over_TLS_in_both_versions_of_HTTP(int version)
    {
        _files.Write("one");
        await using Daemon daemon = await StartAsync(new(_files.Certificate, _files.Key, password: null));
        using SocketsHttpHandler trusting =
            new() { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } };
        using HttpClient client = new(trusting)
        {
            BaseAddress = daemon.Addresses.Single(), Timeout = RunningDaemon.Patience,
            DefaultRequestVersion = new(version, 0), DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        HttpResponseMessage answer = await client.GetAsync("/v2/health/live");
        Assert.Equal((HttpStatusCode.OK, version), (answer.StatusCode, answer.Version.Major));
    }

    [Fact]
    public async Task Whoever_speaks_an_old_version_of_TLS_is_turned_away()
    {
        _files.Write("one");
        await using Daemon daemon = await StartAsync(new(_files.Certificate, _files.Key, password: null));
        SslServerAuthenticationOptions options = new ServerCertificate(_files.Certificate, _files.Key, password: null)
            .Options(_log);
        Assert.Equal(SslProtocols.Tls12 | SslProtocols.Tls13, options.EnabledSslProtocols);
#pragma warning disable CA5397, SYSLIB0039, CA5398 // the old version is what is refused
        await Assert.ThrowsAnyAsync<Exception>(() => SubjectAsync(daemon.Addresses.Single(), SslProtocols.Tls11));
#pragma warning restore CA5397, SYSLIB0039, CA5398
    }

    [Fact]
    public void Keys_with_a_password_and_PKCS_12_are_read()
    {
        _files.Write("locked", "secret");
        Assert.Equal("CN=locked", SubjectOf(new(_files.Certificate, _files.Key, "secret")));
        Assert.Equal("CN=locked", SubjectOf(new(_files.Both, keyFile: null, "secret")));
        Assert.Contains("DUALRS_CERTIFICATE_PASSWORD",
            Assert.Throws<BadInputException>(
                () => new ServerCertificate(_files.Certificate, _files.Key, "wrong")).Message);
        Assert.Contains("hold no certificate with its private key",
            Assert.Throws<BadInputException>(() => new ServerCertificate(_files.Both, keyFile: null, "wrong")).Message);
        Assert.Contains("hold no certificate with its private key", Assert.Throws<BadInputException>(
            () => new ServerCertificate(_files.Certificate, keyFile: null, password: null)).Message);
    }

    [Fact]
    public void A_key_that_others_may_read_is_refused_and_one_that_becomes_so_changes_nothing()
    {
        _files.Write("one");
        ServerCertificate certificate = new(_files.Certificate, _files.Key, password: null);
        _files.Write("two");
        foreach (string secret in (string[])[_files.Key, _files.Both])
            Posix.SetMode(secret, "404");
        File.SetLastWriteTimeUtc(_files.Key, DateTime.UnixEpoch);
        Assert.Contains("its mode is 0404", FaultOf(_files.Certificate, _files.Key));
        Assert.Contains($"chmod 600 {_files.Both}", FaultOf(_files.Both, key: null));
        Assert.Equal("CN=one", certificate.Options(_log).ServerCertificateContext!.TargetCertificate.Subject);
    }

    [Fact]
    public void A_named_pipe_is_no_certificate()
    {
        _files.Write("one");
        File.Delete(_files.Key);
        Posix.MakePipe(_files.Key);
        Assert.Contains($"{_files.Key} is a named pipe", FaultOf(_files.Certificate, _files.Key));
    }

    [Theory]
    [InlineData("https://127.0.0.1:0 needs a certificate: give one with --certificate", "--urls",
        "https://127.0.0.1:0")]
    [InlineData("--certificate is given, but no address of --urls, --health-urls or", "--certificate", "x.pem")]
    [InlineData("--certificate-key needs --certificate beside it", "--certificate-key", "x.pem")]
    [InlineData("there is no certificate file ", "--urls", "https://127.0.0.1:0", "--certificate", "nowhere/x.pem")]
    [InlineData("--hosts: 'http://a' is no name of a host", "--hosts", "http://a")]
    public async Task What_does_not_fit_together_is_refused_with_exit_code_2(string fault, params string[] arguments)
    {
        using StringWriter said = new();
        Surroundings surroundings = Surroundings.OfProcess() with { Error = AnsiConsole.Create(
            new() { Out = new AnsiConsoleOutput(said), Ansi = AnsiSupport.No }) };
        Assert.Equal(ExitCode.BadInput,
            await CommandRunner.RunAsync(CommandTree.Create(surroundings), ["serve", .. arguments], surroundings));
        Assert.StartsWith($"dualrs: {fault}", said.ToString());
    }

    private static string FaultOf(string file, string? key) =>
        Assert.Throws<BadInputException>(() => new ServerCertificate(file, key, password: null)).Message;

    private static string SubjectOf(ServerCertificate certificate) =>
        certificate.Options(new LoggedLines()).ServerCertificateContext!.TargetCertificate.Subject;

    private static async Task<string> SubjectAsync(Uri address, SslProtocols protocols = SslProtocols.None)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, address.Port);
        await using SslStream secured = new(client.GetStream(), leaveInnerStreamOpen: false, (_, _, _, _) => true);
        await secured.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "127.0.0.1", EnabledSslProtocols = protocols });
        return secured.RemoteCertificate!.Subject;
    }

    private async Task<Daemon> StartAsync(ServerCertificate certificate)
    {
        Daemon daemon = new(
            [new(IPAddress.Loopback, 0, IsSecure: true)], new(), TimeProvider.System, logging =>
                logging.AddProvider(_log).AddFilter("Microsoft", LogLevel.None),
            transport: new() { Certificate = certificate });
        await daemon.StartAsync(CancellationToken.None);
        return daemon;
    }
}

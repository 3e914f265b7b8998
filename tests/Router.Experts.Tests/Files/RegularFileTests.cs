using System.Net.Sockets;
using Router.Engine.LibTorch;
using Router.Experts.Cards;
using Router.Experts.Checkpoints;
using Router.Experts.Files;
using Router.Experts.Registry;
using Tests;

namespace Router.Experts.Tests.Files;

public sealed class RegularFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dualrs-file-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string In(string name) => Path.Combine(_folder, name);

    private string Pipe()
    {
        Posix.MakePipe(In("pipe"));
        return In("pipe");
    }

    [Fact]
    public void Pipes_sockets_devices_and_folders_are_named_without_being_opened_and_links_are_what_they_lead_to()
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(In("socket")));
        File.WriteAllText(In("file"), "contents");
        foreach (string target in (string[])["file", "pipe", "nothing"])
            File.CreateSymbolicLink(In("to-" + target), target);
        string pipe = Pipe();

        Assert.Equal(
            ["a named pipe", "a named pipe", "a socket", "a device", "a folder", null, null, null, null],
            new[]
            {
                pipe, In("to-pipe"), In("socket"), "/dev/zero", _folder, In("file"), In("to-file"), In("nothing"),
                In("to-nothing"),
            }.Select(RegularFile.OtherKind));
        using StreamReader read = new(RegularFile.OpenRead(In("to-file")));
        Assert.Equal("contents", read.ReadToEnd());
        Assert.Equal($"{pipe} is a named pipe: expected a regular file, or a link to one",
            Assert.Throws<InvalidDataException>(() => RegularFile.OpenRead(pipe)).Message);
    }

    // Nobody ever writes into the pipe: what opened it would not come back.
    [Fact]
    public void A_pipe_as_checkpoint_card_or_registry_is_refused_by_name()
    {
        string pipe = Pipe();
        Assert.Contains("is a named pipe",
            Assert.Throws<InvalidDataException>(() => CheckpointFile.Read(pipe)).Message, StringComparison.Ordinal);
        Assert.Contains("is a named pipe", Assert.Single(ModelCardReader.Read(pipe).Faults).ToString(),
            StringComparison.Ordinal);
        Assert.Contains("is a named pipe", Assert.Single(RegistryReader.Read(pipe).Faults).ToString(),
            StringComparison.Ordinal);

        File.WriteAllText(In("experts.yaml"), """
            dataset: cifar10
            experts:
              - { id: a, sigma: 0.5, architecture: cifar_resnet20, checkpoint: pipe, input: none }
            """);
        Assert.Contains($"checkpoint {pipe} is a named pipe",
            Assert.Single(RegistryReader.Read(In("experts.yaml")).Faults).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Whose_a_file_is_and_who_may_use_it_is_told_of_what_a_link_leads_to()
    {
        File.WriteAllText(In("file"), "");
        File.CreateSymbolicLink(In("link"), "file");
        Posix.SetMode(In("file"), "421");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.GroupWrite | UnixFileMode.OtherExecute,
            FileStatus.Of(In("link"))!.Value.Mode);
        Assert.True(FileStatus.Of(In("link"))!.Value.IsOwn);
    }
}

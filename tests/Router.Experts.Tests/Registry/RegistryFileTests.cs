using System.IO.Compression;
using System.Text.Json;
using Router.Engine.LibTorch;
using Router.Experts.Registry;
using static Router.Experts.Tests.Registry.RegistryFolder;

namespace Router.Experts.Tests.Registry;

public class RegistryFileTests
{
    // sha256sum of the one byte "b"
    private const string HashOfB = "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d";

    [Theory]
    [InlineData(HashOfB, true)]
    [InlineData("3E23E8160039594A33894F6564E1B1348BBD7A0088D42C4ACB73EEAED59C009D", true)]
    [InlineData("3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009e", false)]
    public void A_stated_hash_is_compared_with_the_file(string sha256, bool accepted)
    {
        using RegistryFolder folder = new();

        RegistryReading reading = folder.Read(With("classes: 10", $"sha256: {sha256}"));

        Assert.Equal(accepted, reading.IsAccepted);
        if (accepted)
            Assert.Equal(HashOfB, reading.Config!.Experts[1].Sha256);
        else
            Assert.Equal((10, $"sha256 is {sha256}, but {folder.In("models/b.safetensors")} has {HashOfB}"),
                reading.Faults.Select(fault => (fault.Line, fault.Problem)).Single());
    }

    [Fact]
    public void A_registry_that_was_read_holds_none_of_its_checkpoints()
    {
        using RegistryFolder folder = new();
        Assert.Empty(folder.Read(Good).Faults);
        foreach (string name in (string[])["router", "a", "b", "c"])
            File.Open(folder.In($"models/{name}.safetensors"), FileMode.Open, FileAccess.Write,
                FileShare.None).Dispose();
    }

    [Fact]
    public void A_checkpoint_of_PyTorch_has_the_hash_that_was_recorded_when_it_was_made()
    {
        using RegistryFolder folder = new();
        string checkpoint = global::Tests.Reference.Shared("models/noise_0.25/checkpoint.pth.tar");
        using JsonDocument reference = JsonDocument.Parse(
            File.ReadAllText(global::Tests.Reference.Shared("models/noise_0.25/reference.json")));

        RegistryReading reading = folder.Read(
            With("models/b.safetensors, input: none",
                $"{checkpoint}, input: none, sha256: {reference.RootElement.GetProperty("sha256").GetString()}"));

        Assert.Empty(reading.Faults);
        Assert.Equal(checkpoint, reading.Config!.Experts[1].CheckpointPath);
    }

    [Fact]
    public void A_missing_file_a_folder_and_a_missing_card_are_all_named()
    {
        using RegistryFolder folder = new();
        string yaml = With("models/a.safetensors", "models")
            .Replace("models/router.safetensors", "/nowhere/x", StringComparison.Ordinal)
            .Replace("classes: 10", "card: models/b.card.yaml", StringComparison.Ordinal);

        RegistryReading reading = folder.Read(yaml);

        Assert.Equal(
            ["checkpoint /nowhere/x does not exist", $"checkpoint {folder.In("models")} is a folder",
                $"card {folder.In("models/b.card.yaml")} does not exist"],
            reading.Faults.Select(fault => fault.Problem));
        Assert.All(reading.Faults, fault => Assert.Contains(folder.Folder, fault.Accepted, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("S025", "b")]
    [InlineData("s012 s100 router", "router a c")]
    public void Files_of_networks_that_are_not_loaded_may_be_missing(string loaded, string needed)
    {
        using RegistryFolder folder = new();
        foreach (string name in (string[])["router", "a", "b", "c"])
            File.Delete(folder.In($"models/{name}.safetensors"));

        RegistryReading reading = folder.Read(Good, loaded: loaded.Split(' '));

        Assert.Equal(
            needed.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(name => $"checkpoint {folder.In($"models/{name}.safetensors")} does not exist"),
            reading.Faults.Select(fault => fault.Problem));
    }

    [Theory]
    [InlineData("architecture: cifar_resnet20", "architecture: cifar_resnet20", 1)]
    [InlineData("architecture: cifar_resnet20", "architecture: torchscript", 2)]
    [InlineData("architecture: cifar_resnet20", "architecture: torchscript, trust: true", 0)]
    public void A_TorchScript_archive_is_read_only_where_its_author_is_trusted(
        string passage, string replacement, int faults)
    {
        using RegistryFolder folder = new();
        File.Delete(folder.In("models/b.safetensors"));
        using (ZipArchive archive = ZipFile.Open(folder.In("models/b.safetensors"), ZipArchiveMode.Create))
        {
            archive.CreateEntry("net/constants.pkl");
            archive.CreateEntry("net/code/__torch__.py");
        }

        RegistryReading reading = folder.Read(With($"sigma: 0.25, {passage}", $"sigma: 0.25, {replacement}"));

        Assert.Equal(faults, reading.Faults.Count);
        Assert.All(reading.Faults, fault => Assert.Contains("trust", fault.Accepted, StringComparison.Ordinal));
    }

    [Fact]
    public void A_zip_written_by_torch_save_needs_no_trust()
    {
        using RegistryFolder folder = new();
        File.Delete(folder.In("models/b.safetensors"));
        using (ZipArchive archive = ZipFile.Open(folder.In("models/b.safetensors"), ZipArchiveMode.Create))
            archive.CreateEntry("archive/data.pkl");

        Assert.Empty(folder.Read(Good).Faults);
    }

    [Fact]
    public void A_registry_that_is_not_there_is_a_fault_of_the_file()
    {
        RegistryFault fault = Assert.Single(RegistryReader.Read("/nowhere/experts.yaml").Faults);

        Assert.Equal(("/nowhere/experts.yaml", 0), (fault.File, fault.Line));
        Assert.StartsWith("the file cannot be read", fault.Problem, StringComparison.Ordinal);
    }

    // What a machine that lost its power while it wrote leaves of the end: without it one expert and the line of α are
    // gone.
    [Fact]
    public void A_registry_that_ends_in_zeros_is_refused_and_not_read_up_to_them()
    {
        using RegistryFolder folder = new();
        string path = folder.In("experts.yaml");
        File.WriteAllText(path, $"{Good}\n{new string('\0', 40)}");

        RegistryReading reading = RegistryReader.Read(path);

        Assert.Null(reading.Config);
        Assert.Equal((Good.Count(c => c == '\n') + 2, 1), (reading.Faults[0].Line, reading.Faults[0].Column));
        File.WriteAllText(path, Good, new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Assert.Empty(RegistryReader.Read(path).Faults);
    }

    [Theory]
    [InlineData(new byte[] { 0xc0, 0x80 })] // a NUL in two bytes
    [InlineData(new byte[] { 0xed, 0xa0, 0x80 })] // half a character
    [InlineData(new byte[] { 0xf4, 0x90, 0x80, 0x80 })] // beyond Unicode
    [InlineData(new byte[] { 0xe2, 0x82 })] // the beginning of one
    public void Bytes_that_are_not_UTF_8_are_refused_at_their_place(byte[] bytes)
    {
        using RegistryFolder folder = new();
        string path = folder.In("experts.yaml");
        File.WriteAllBytes(path, [.. System.Text.Encoding.UTF8.GetBytes($"{Good}# é "), .. bytes]);

        RegistryFault fault = Assert.Single(RegistryReader.Read(path).Faults);

        Assert.Equal((Good.Count(c => c == '\n') + 1, 5), (fault.Line, fault.Column));
        Assert.Contains("not UTF-8", fault.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_text_or_too_large_is_refused_unread()
    {
        using RegistryFolder folder = new();
        string path = folder.In("experts.yaml");

        File.WriteAllBytes(path, [0x64, 0xFF, 0xFE, 0x00]);
        RegistryFault fault = Assert.Single(RegistryReader.Read(path).Faults);
        Assert.Equal((1, 2, "the file is not UTF-8: the byte 0xff is not UTF-8"),
            (fault.Line, fault.Column, fault.Problem));

        File.WriteAllText(path, new string('#', (1 << 20) + 1));
        Assert.Equal("at most 1048576 bytes", Assert.Single(RegistryReader.Read(path).Faults).Accepted);
    }
}

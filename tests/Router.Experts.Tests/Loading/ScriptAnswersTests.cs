using System.IO.Compression;
using System.Text;
using Router.Experts.Cards;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Tests;

namespace Router.Experts.Tests.Loading;

/// <summary>
/// What a TorchScript archive may answer with: the archive of reference/make_reference.py with another end of its code.
/// </summary>
public sealed class ScriptAnswersTests : IDisposable
{
    private static readonly string Original =
        Path.Combine(Reference.Root, "tests", "Router.Experts.Tests", "Loading", "reference", "mean_colour.pt");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dualrs-script-");

    public void Dispose() => _folder.Delete(recursive: true);

    // The network that answers with an expression over its logits, "_0", and its images.
    private RegistryConfig Archive(string type, string expression, string more = "")
    {
        string path = Path.Combine(_folder.FullName, "net.pt");
        using (ZipArchive from = ZipFile.OpenRead(Original))
        using (ZipArchive to = ZipFile.Open(path, ZipArchiveMode.Create))
            foreach (ZipArchiveEntry entry in from.Entries.Where(entry =>
                !entry.Name.EndsWith("debug_pkl", StringComparison.Ordinal)))
            {
                using MemoryStream content = new();
                using (Stream old = entry.Open())
                    old.CopyTo(content);
                byte[] bytes = content.ToArray();
                if (entry.FullName == "mean_colour/code/__torch__.py")
                {
                    string code = Encoding.UTF8.GetString(bytes);
                    Assert.Contains("return _0\n", code, StringComparison.Ordinal);
                    bytes = Encoding.UTF8.GetBytes(code.Replace("-> Tensor", $"-> {type}", StringComparison.Ordinal)
                        .Replace("return _0\n", $"return {expression}\n", StringComparison.Ordinal));
                }
                using Stream written = to.CreateEntry(entry.FullName, CompressionLevel.NoCompression).Open();
                written.Write(bytes);
            }
        return BundledRegistry.Single(_folder.FullName, path, "none", "torchscript", more: $"    trust: true\n{more}");
    }

    private string Refusal(string type, string expression) =>
        Assert.Throws<RegistryLoadException>(() => BundledRegistry.Load(Archive(type, expression)).Dispose()).Message;

    [Theory]
    [InlineData("Tuple[Tensor, Tensor]", "(_0, _0)", 0)]
    [InlineData("Tuple[Tensor, Tensor]", "(torch.mean(images, [2, 3]), _0)", 1)] // features before the logits
    [InlineData("Tuple[Tensor, Tensor, Tensor, Tensor]", "(_0, images, _0, _0)", 0)]
    [InlineData("Tuple[Tensor, Tuple[Tensor, Tensor]]", "(images, (_0, _0))", 1)]
    [InlineData("List[Tensor]", "[_0, images]", 0)]
    [InlineData("Tensor", "torch.to(_0, 7)", 0)] // in double
    [InlineData("Tensor", "torch.to(_0, 5)", 0)] // in half
    public async Task Logits_are_taken_alone_or_among_others_in_any_format(string type, string expression, int output)
    {
        using LoadedRegistry alone =
            BundledRegistry.Load(
            BundledRegistry.Single(_folder.FullName, Original, "none", "torchscript", more: "    trust: true"));
        using LoadedRegistry registry = BundledRegistry.Load(Archive(type, expression));
        float[] expected = (await alone.Experts[0].LogitsAsync([CardProbes.Patterns[0]]))[0], logits =
            (await registry.Experts[0].LogitsAsync([CardProbes.Patterns[0]]))[0];

        Assert.Equal(10, logits.Length);
        for (int i = 0; i < logits.Length; i++)
            Assert.Equal(expected[i], logits[i], 1e-3);
        // Which of them are the logits is a part of the function; a network that has one answer has the function it
        // had.
        Assert.Equal(output > 0 ? $"{output}" : null, registry.Experts[0].Properties.GetValueOrDefault("output"));
        Assert.DoesNotContain("output", alone.Experts[0].Properties.Keys);
    }

    [Theory]
    [InlineData("Dict[str, Tensor]", "{\"logits\": _0}",
        "no tensor, tuple or list (a dictionary?), not with (batch, 10) logits")]
    [InlineData("Tensor", "torch.sum(_0, [1])",
        "answers one image with a tensor of shape (1), not with (1, 10) logits")]
    [InlineData("Tuple[Tensor, Tensor]", "(images, torch.sum(_0, [1]))",
        "with a tensor of shape (1, 3, 32, 32) and a tensor of shape (1), not with (1, 10) logits")]
    [InlineData("float", "1.5", "answers one image with something that is no tensor")]
    [InlineData("Tensor", "torch.to(_0, 4)", "answers in Int64, not with logits in floating point")]
    [InlineData("Tensor", "torch.add(_0, torch.rand_like(_0))",
        "it draws at random: two passes over the same batch differ")]
    [InlineData("Tensor", "torch.sub(_0, torch.mean(_0, [0], True))", "the images of a batch influence each other")]
    [InlineData("Tensor", "torch.log(torch.neg(torch.abs(_0)))", "its answers are not finite")]
    // one image was baked in
    [InlineData("Tensor", "torch.view(_0, [1, 10])", "it cannot answer a batch of 4 images: ")]
    // a layer in double
    [InlineData("Tensor", "torch.matmul(torch.to(_0, 7), torch.ones([10, 10]))", "cannot answer one image")]
    public void What_is_no_function_to_logits_is_refused_by_name(string type, string expression, string why)
    {
        string message = Refusal(type, expression);

        Assert.Contains(why, message, StringComparison.Ordinal);
        Assert.Contains("net.pt", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void A_network_that_comes_later_is_asked_with_the_registry() => Assert.Contains(
        "draws at random",
        Assert.Throws<RegistryLoadException>(() =>
            BundledRegistry.Load(Archive("Tensor", "torch.add(_0, torch.rand_like(_0))", "    load: lazy")).Dispose())
            .Message,
        StringComparison.Ordinal);
}

using System.Text;
using Router.Engine.LibTorch;
using Router.Experts.Registry;
using static Router.Experts.Tests.Registry.RegistryFolder;

namespace Router.Experts.Tests.Registry;

public class YamlTests
{
    private static RegistryFault TheFault(string yaml) => Assert.Single(RegistryReader.ReadText(yaml, "r.yaml").Faults);

    [Fact]
    public void A_syntax_error_is_a_fault_with_its_line()
    {
        RegistryFault fault = TheFault(
            Good.Replace("routes: [s012, s025, s100]", "routes: [s012, s025, s100", StringComparison.Ordinal));

        Assert.StartsWith("not YAML: ", fault.Problem, StringComparison.Ordinal);
        Assert.InRange(fault.Line, 7, 9);
    }

    [Theory]
    [InlineData("\0", "U+0000 is a control character, which a text does not hold")]
    [InlineData("\u0007", "U+0007 is a control character, which a text does not hold")]
    [InlineData("\u001b", "U+001B is a control character, which a text does not hold")]
    [InlineData("\u007f", "U+007F is a control character, which a text does not hold")]
    [InlineData("\u0080", "U+0080 is a control character, which a text does not hold")]
    [InlineData("\ufffe", "U+FFFE is a control character, which a text does not hold")]
    [InlineData("\uffff", "U+FFFF is a control character, which a text does not hold")]
    [InlineData("\ufeff", "U+FEFF is a byte order mark in the middle of a text")]
    [InlineData("\u0085", "U+0085 is a line break to some readers and none to others")]
    [InlineData("\u2028", "U+2028 is a line break to some readers and none to others")]
    public void A_character_that_YAML_excludes_is_refused_wherever_it_stands(string character, string problem)
    {
        foreach (string before in new[] { Good, "# a comment ", "dataset: \"", "a: 'é\U0001F600" })
        {
            RegistryFault fault = TheFault($"{before}{character}{Good}");

            int lines = before.Count(c => c == '\n');
            Assert.Equal((lines + 1, before.Length - before.LastIndexOf('\n'), problem),
                (fault.Line, fault.Column, fault.Problem));
        }
    }

    [Theory]
    [InlineData(0xd800)]
    [InlineData(0xdc00)]
    public void Half_a_character_is_refused(int half) =>
        Assert.Equal($"U+{half:X4} is half a character", TheFault($"# {(char)half}x\n{Good}").Problem);

    [Theory]
    [InlineData("# tab\t, é, \u00a0, \ud7ff, \ue000, \ufffd, \U0001F600\n")]
    [InlineData("# a line\r\n# another\r\n")]
    public void A_character_that_YAML_has_is_read(string comment) =>
        Assert.Empty(RegistryReader.ReadText(comment + Good, "r.yaml").Faults);

    [Fact]
    public void A_second_document_is_refused() =>
        Assert.Equal((15, "a second document starts"),
            (TheFault(Good.TrimEnd() + "\n---\n" + Good) is var fault ? fault.Line : 0, fault.Problem));

    [Theory]
    [InlineData("")]
    [InlineData("# nothing but a comment\n")]
    public void An_empty_file_is_a_fault(string yaml) => Assert.Equal("the file is empty", TheFault(yaml).Problem);

    [Theory]
    [InlineData("- a\n- b\n")]
    [InlineData("text")]
    public void A_root_that_is_no_mapping_is_a_fault(string yaml) =>
        Assert.Equal("the file is not a mapping", TheFault(yaml).Problem);

    [Fact]
    public void Anchors_and_merge_keys_spare_repetition_and_own_keys_win()
    {
        string yaml = """
            x-small: &small { architecture: cifar_resnet20, input: standardize, sigma: 3 }
            dataset: cifar10
            routing: { kind: fixed, expert: a }
            experts:
              - { <<: *small, id: a, sigma: 0.25, checkpoint: a.safetensors }
              - { id: b, checkpoint: b.safetensors, <<: [*small] }
            """;

        RegistryReading reading = RegistryReader.ReadText(yaml, "r.yaml");

        Assert.Empty(reading.Faults);
        Assert.Equal([0.25m, 3m], reading.Config!.Experts.Select(expert => expert.Sigma));
        Assert.All(reading.Config.Experts, expert => Assert.Equal("cifar_resnet20", expert.Architecture));
    }

    [Fact]
    public void An_alias_bomb_is_refused()
    {
        StringBuilder yaml = new("x-0: &a0 [lol]\n");
        for (int i = 1; i <= 30; i++)
            yaml.Append($"x-{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");

        Assert.Contains("with its aliases written out", TheFault(yaml + Good).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x-deep: ", "[", "collections are nested more than 32 deep")]
    [InlineData("x-deep: ", "{a: ", "collections are nested more than 32 deep")]
    [InlineData("x-deep: a\nx-deep: ", "[", "collections are nested more than 32 deep")]
    [InlineData("x-deep: ", "{", "a mapping key is itself a collection")]
    public void Deep_nesting_is_refused(string start, string open, string problem) =>
        Assert.Contains(problem, RegistryReader.ReadText(
            start + string.Concat(Enumerable.Repeat(open, 100_000)), "r.yaml").Faults.Select(fault => fault.Problem));

    [Fact]
    public void A_collection_that_contains_itself_is_refused() =>
        Assert.Equal("*self refers to a collection that contains it", TheFault("x-a: &self [*self]\n" + Good).Problem);

    [Fact]
    public void An_alias_without_an_anchor_is_a_fault() =>
        Assert.Equal("*nobody has no anchor before it", TheFault("x-a: *nobody\n" + Good).Problem);

    [Fact]
    public void A_repeated_key_does_not_hide_the_faults_after_it()
    {
        RegistryReading reading = RegistryReader.ReadText(
            With("devices: auto", "dataset: { deep: [er] }\ndevicse: auto"), "r.yaml");

        Assert.Equal(["the key 'dataset' is repeated in one mapping", "the key 'devicse' is unknown"],
            reading.Faults.Select(fault => fault.Problem));
    }

    [Fact]
    public void Keys_that_are_collections_are_refused() =>
        Assert.Equal("a mapping key is itself a collection", TheFault(Good + "? [a, b]\n: c\n").Problem);

    [Fact]
    public void Values_of_the_wrong_shape_never_throw()
    {
        string[] shapes = ["", "~", "[]", "{}", "text", "12", "-0.5", "true", "'quoted'", "[[]]", "{ a: b }",
            "[1, 2, 3]", "\"\\0\"", "!x y", "[{}, {}]"];
        string[] keys = ["dataset", "router", "experts", "devices", "routing", "certification"];

        foreach (string shape in shapes)
        {
            foreach (string key in keys)
            {
                RegistryReading reading = RegistryReader.ReadText($"{key}: {shape}\n", "r.yaml");
                Assert.NotEmpty(reading.Faults);
                Assert.Null(reading.Config);
            }
            foreach (string passage in (string[])["{ kind: quantile, tau: 0.5 }", "[s012, s025, s100]",
                "[.4914, .4822, .4465]", "{ center: [.4914, .4822, .4465] }", "refuse", "0.25", "s012,"])
                Assert.NotNull(RegistryReader.ReadText(With(passage, shape), "r.yaml"));
        }
    }
}

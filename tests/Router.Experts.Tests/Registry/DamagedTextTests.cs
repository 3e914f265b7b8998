using FsCheck;
using FsCheck.Fluent;
using Router.Experts.Registry;
using static Router.Experts.Tests.Registry.RegistryFolder;

namespace Router.Experts.Tests.Registry;

public class DamagedTextTests
{
    private static readonly string[] Pieces =
        ["", "", "\n", " ", "  ", "\t", "[", "]", "{", "}", ":", ": ", "- ", "? ", ",", "'", "\"", "&a ", "*a", "!t ",
            "<<: ", "#", "|", ">", "%", "@", "---\n", "...\n", "\0", "\uFEFF", "é", "1", "~"];

    private sealed record Damage(int At, int Length, string Piece);

    private static string Apply(Damage[] all) => all.Aggregate(Good, (text, damage) =>
    {
        int at = damage.At % (text.Length + 1);
        return text[..at] + damage.Piece + text[Math.Min(text.Length, at + damage.Length)..];
    });

    [Fact]
    public void A_damaged_registry_is_a_config_or_faults_and_never_an_exception()
    {
        Gen<Damage> damage = from at in Gen.Choose(0, Good.Length)
                             from length in Gen.Choose(0, 12)
                             from piece in Gen.Elements(Pieces)
                             select new Damage(at, length, piece);

        Prop.ForAll(damage.ArrayOf().Resize(4).ToArbitrary(), damages =>
        {
            RegistryReading reading = RegistryReader.ReadText(Apply(damages), "r.yaml");
            Assert.Equal(reading.IsAccepted, reading.Faults.Count == 0);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000).WithReplay(20261122, 3));
    }
}

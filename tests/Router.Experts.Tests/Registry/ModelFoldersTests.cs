using Router.Experts.Registry;
using static Router.Experts.Tests.Registry.RegistryFolder;

namespace Router.Experts.Tests.Registry;

/// <summary>A registry that somebody else may write reaches no file outside of the folders that were named.</summary>
public sealed class ModelFoldersTests : IDisposable
{
    private readonly RegistryFolder _inside = new(), _outside = new();

    public void Dispose()
    {
        _inside.Dispose();
        _outside.Dispose();
    }

    [Fact]
    public void What_lies_below_a_folder_is_held_and_what_only_begins_like_it_is_not()
    {
        ModelFolders folders = new([_inside.Folder + "/"]);
        string beside = Directory.CreateDirectory(_inside.Folder + "x").FullName;
        try
        {
            File.WriteAllText(Path.Combine(beside, "b"), "b");
            Assert.True(folders.Hold(_inside.In("models/b.safetensors")));
            Assert.False(folders.Hold(Path.Combine(beside, "b")));
            Assert.False(folders.Hold(_inside.In("../" + Path.GetFileName(beside) + "/b")));
            Assert.True(new ModelFolders(["/"]).Hold(Path.Combine(beside, "b")));
        }
        finally
        {
            Directory.Delete(beside, recursive: true);
        }
    }

    [Fact]
    public void Absolute_paths_parents_and_links_to_the_outside_are_all_refused()
    {
        File.CreateSymbolicLink(_inside.In("models/link.safetensors"), _outside.In("models/b.safetensors"));
        Directory.CreateSymbolicLink(_inside.In("linked"), _outside.In("models"));
        // A link inside, to a link inside, to the outside, and back up from there.
        Directory.CreateSymbolicLink(_inside.In("models/again"), "../linked/../models");
        foreach (string path in (string[])
            [_outside.In("models/b.safetensors"), $"../{Path.GetFileName(_outside.Folder)}/models/b.safetensors",
                "models/link.safetensors", "linked/b.safetensors", "models/again/b.safetensors"])
        {
            RegistryFault fault = Assert.Single(Read(path).Faults);
            Assert.Equal("s025", fault.Id);
            Assert.Contains("is outside of the folders that models may come from", fault.Problem,
                StringComparison.Ordinal);
            Assert.Contains(_inside.Folder, fault.Accepted, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_link_that_stays_inside_and_a_second_folder_are_accepted()
    {
        File.CreateSymbolicLink(_inside.In("models/link.safetensors"), "b.safetensors");
        Assert.True(Read("models/link.safetensors").IsAccepted);
        Assert.True(Read(_outside.In("models/b.safetensors"), _outside.Folder).IsAccepted);
        string alias = _inside.Folder + "-alias";
        Directory.CreateSymbolicLink(alias, _outside.Folder);
        try
        {
            Assert.True(Read(_outside.In("models/b.safetensors"), alias).IsAccepted);
        }
        finally
        {
            Directory.Delete(alias);
        }
    }

    [Fact]
    public void A_card_beside_a_checkpoint_that_leads_outside_is_refused_like_one_that_is_named()
    {
        File.WriteAllText(_outside.In("models/b.card.yaml"), "title: x");
        File.CreateSymbolicLink(_inside.In("models/b.card.yaml"), _outside.In("models/b.card.yaml"));
        Assert.Contains("b.card.yaml is outside of the folders",
            Assert.Single(Read("models/b.safetensors").Faults).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_exist_outside_is_refused_like_what_does()
    {
        string exists = Assert.Single(Read(_outside.In("models/b.safetensors")).Faults).Problem,
        missing = Assert.Single(Read(_outside.In("models/x.safetensors")).Faults).Problem;
        Assert.Equal(exists.Replace("/b.", "/x.", StringComparison.Ordinal), missing);
    }

    [Fact]
    public void Links_that_lead_round_in_a_circle_are_a_fault_like_any_other()
    {
        File.CreateSymbolicLink(_inside.In("models/a1"), "a2");
        File.CreateSymbolicLink(_inside.In("models/a2"), "a1");
        Assert.Contains("symbolic links", Assert.Single(Read("models/a1").Faults).Problem, StringComparison.Ordinal);
    }

    private RegistryReading Read(string checkpoint, params string[] further)
    {
        string path = _inside.In("experts.yaml");
        File.WriteAllText(path, With("models/b.safetensors", checkpoint));
        return RegistryReader.Read(path, new([_inside.Folder, .. further]));
    }
}

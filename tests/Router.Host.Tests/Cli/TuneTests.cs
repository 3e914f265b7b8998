using System.Text.Json;
using Router.Experts.Registry;
using Router.Host.Cli;
using Tests;

namespace Router.Host.Tests.Cli;

public sealed class TuneTests : IDisposable
{
    private static readonly string Registry = Path.Combine(Reference.Root, "models", "shapes10", "experts.yaml");

    private readonly Shell _shell = new();

    public void Dispose() => _shell.Dispose();

    private async Task RecordAsync(string folder, string split, int skip, int draws)
    {
        Outcome recorded = await _shell.RunAsync(
            ["votes", "shapes10", "-r", Registry, "--network", "s025", "--network", "s100", "--split", split,
                "--skip", $"{skip}", "--draws", $"{draws}", "-o", folder, .. Shell.Fast]);
        Assert.True(recorded.Code == ExitCode.Done, recorded.Error);
    }

    // The pictures are six, each there twice; one of them is put into another class as well.
    [Fact]
    public async Task A_recording_of_pictures_that_are_there_twice_is_scored_and_chosen_on()
    {
        File.Copy(_shell.Picture, _shell.In("pictures", "class1", "again.png"));
        Outcome recorded = await _shell.RunAsync(
            ["votes", _shell.In("pictures"), "-r", Registry, "--draws", "64", "-o", "votes", .. Shell.Fast]);
        Assert.True(recorded.Code == ExitCode.Done, recorded.Error);
        Outcome tooFew = await _shell.RunAsync("tradeoff", "votes");
        Assert.Equal(ExitCode.BadInput, tooFew.Code);
        Assert.Contains("64 votes per image, fewer than 100 + 1: lower --selection", tooFew.Error,
            StringComparison.Ordinal);
        Outcome scored = await _shell.RunAsync("tradeoff", "votes", "--selection", "10");
        Assert.True(scored.Code == ExitCode.Done, scored.Error);
        Assert.StartsWith("13 images, ", scored.Error, StringComparison.Ordinal);
        string[] tune = ["tune", "votes", "--parts", "2", "--n", "50", "--freedom", "mix", "--json", "t.json"];
        Outcome tuned = await _shell.RunAsync(tune);
        Assert.True(tuned.Code == ExitCode.Done, tuned.Error);
        Outcome tooFar = await _shell.RunAsync([.. tune, "--radii", "50"]);
        Assert.Equal(ExitCode.BadInput, tooFar.Code);
        Assert.Contains("no expert by itself is expected to certify an image at r = 50 or further", tooFar.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cascade_is_chosen_on_some_images_and_certified_on_others()
    {
        await RecordAsync("chosen", "train", skip: 400, draws: 60);
        await RecordAsync("others", "test", skip: 100, draws: 120);
        Outcome tuned = await _shell.RunAsync("tune", "chosen", "--report", "others", "--n0", "20", "--n", "100",
            "--radii", "0:0.5:1", "--front", "--bound", "20", "--json", "tuning.json");
        Assert.True(tuned.Code == ExitCode.Done, tuned.Error);
        Assert.Contains("least share of the envelope, on 25 images of ", tuned.Out, StringComparison.Ordinal);
        Assert.Contains(" cascades were scored", tuned.Out, StringComparison.Ordinal);
        Assert.Contains("no monotone rule that treats all classes alike keeps, on these votes, more than ", tuned.Out,
            StringComparison.Ordinal);
        Assert.Contains("reported on 20 images of ", tuned.Out, StringComparison.Ordinal);
        Assert.Contains("and τ by class", tuned.Out, StringComparison.Ordinal);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(_shell.In("tuning.json")));
        JsonElement found = document.RootElement;
        Assert.Equal("dualrs.tuning/1", found.GetProperty("schema").GetString());
        string chosen = found.GetProperty("chosen").GetProperty("name").GetString()!;
        Assert.Contains($"chosen: {chosen}", tuned.Out, StringComparison.Ordinal);
        Assert.StartsWith("s100", chosen, StringComparison.Ordinal);
        Assert.Equal(
            ["mix", "pass", "stages", "classes"],
            found.GetProperty("rounds").EnumerateArray().Select(round => round.GetProperty("freedom").GetString()));
        Assert.Equal(
            ["s100 single", "s025 single", $"{chosen} chosen", "s100 τ .5 > s025 plain"],
            found.GetProperty("report").GetProperty("systems").EnumerateArray().Select(system =>
                $"{system.GetProperty("name")} {system.GetProperty("role")}").Take(4));
    }

    [Fact]
    public async Task The_choice_is_served_by_the_registry_that_is_written_which_says_how_it_was_found()
    {
        await RecordAsync("chosen", "train", skip: 400, draws: 60);
        Outcome tuned = await _shell.RunAsync(
            ["tune", "chosen", "--radii", "0:0.5:1", "--bound", "0", "--freedom", "stages", "--json", "tuning.json",
                "-o", "tuned.yaml", "-r", Registry, .. Shell.Fast]);
        Assert.True(tuned.Code == ExitCode.Done, tuned.Error);
        RegistryReading reading = RegistryReader.Read(_shell.In("tuned.yaml"));
        Assert.Empty(reading.Faults);
        RoutingConfig.Cascade routing = Assert.IsType<RoutingConfig.Cascade>(reading.Config!.Routing);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(_shell.In("tuning.json")));
        (string Id, decimal Pass, decimal[] Thresholds)[] stages =
        [
            .. document.RootElement.GetProperty("chosen").GetProperty("stages").EnumerateArray().Select(stage => (
                stage.GetProperty("id").GetString()!, stage.GetProperty("pass").GetDecimal(),
                stage.GetProperty("thresholds").EnumerateArray().Select(tau => tau.GetDecimal()).ToArray())),
        ];
        Assert.Equal(stages.Select(stage => stage.Id), routing.Order);
        Assert.Equal(
            stages.SkipLast(1).Select(stage => stage.Thresholds[0]), routing.Thresholds.Select(taus => taus[0]));
        Assert.Contains(stages, stage => stage.Pass > 0);
        Assert.All(stages, stage => Assert.Equal(stage.Pass, reading.Config.Find(stage.Id)!.Pass.Theta));
        string[] head = [.. File.ReadLines(_shell.In("tuned.yaml")).TakeWhile(line => line.StartsWith('#'))];
        Assert.EndsWith(" (certificate), chosen by dualrs tune", head[0], StringComparison.Ordinal);
        foreach (string said in (string[])["the function ids of s100, s025 are those that were scored",
            " images of shapes10 train", " cascades were scored",
            "expected certified accuracy, cross-validated: "])
            Assert.Contains(head, line => line.Contains(said, StringComparison.Ordinal));
        Outcome certified = await _shell.RunAsync(
            ["certify", "shapes10", "-r", "tuned.yaml", "--skip", "999", "--n0", "10", "--n", "40", "-o", "log.tsv",
                .. Shell.Fast]);
        Assert.True(certified.Code == ExitCode.Done, certified.Error);
    }

    [Fact]
    public async Task The_images_that_it_chose_on_are_refused_where_they_are_reported()
    {
        await RecordAsync("chosen", "train", skip: 1000, draws: 20);
        Outcome tuned = await _shell.RunAsync("tune", "chosen", "--report", "chosen", "--n0", "10", "--n", "10");
        Assert.Equal(ExitCode.BadInput, tuned.Code);
        Assert.Contains("10 of the 10 images to report on are among those that are chosen on", tuned.Error,
            StringComparison.Ordinal);
        // Images 0, 2000, … are left out: of ten five are left to choose on.
        tuned = await _shell.RunAsync("tune", "chosen", "--except", "2000", "--n", "10");
        Assert.Contains("5 images are too few to choose on", tuned.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wanted_is_said_once()
    {
        Outcome tuned = await _shell.RunAsync("tune", "chosen", "--aim", "mean-share", "--want", "0:1");
        Assert.Equal(ExitCode.BadInput, tuned.Code);
        Assert.Contains("--aim and --want say both what is wanted", tuned.Error, StringComparison.Ordinal);
    }
}

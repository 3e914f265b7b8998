using System.CommandLine;
using Router.Estimator;
using Router.Evaluation;
using Router.Experts.Registry;
using Router.Host.Cli;
using Router.Smoothing.Records;
using Spectre.Console;

namespace Router.Host.Commands;

/// <summary><c>dualrs replay</c>: draws the votes of records again and compares.</summary>
internal static class ReplayCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Command command =
            new("replay", "Draws the votes of certificate records again, with the registry's networks, and compares.");
        Argument<string> named = command.Argument<string>(
            "file", "Records as JSON, one or one per line; - reads standard input.");
        Option<string?> picture = command.Option<string?>(
            "--image", "The PNG or JPEG file that the record is about.", leads: PathRule.Read("image"));
        Option<string?> data = command.Option<string?>(
            "--data", "The data set that the records are about: cifar10, imagenet, or a folder of folders.");
        Option<int?> index = command.Option<int?>(
            "--index", "The image of the data set (default: found by its hash).", Accepted.AtLeast(0));
        Option<string> split = command.Split();
        foreach (Option ofData in (Option[])[index, split]) ofData.OnlyWith(data);
        RegistryOptions registry = new(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(picture) is null == parsed.GetValue(data) is null)
                throw new BadInputException(
                    "a record holds only the hash of its input: name the input with --image FILE or with --data NAME, "
                    + "one of them");
            RecordFile file = RecordFile.Of(parsed.GetValue(named)!, surroundings);
            RegistryRequest request = registry.Read(parsed);
            RegistryConfig config = Deployment.ReadRegistry(request, surroundings);
            ReplayInputs inputs = parsed.GetValue(picture) is { } path
                ? ReplayInputs.OfPicture(path, config.Dataset, surroundings)
                : ReplayInputs.OfData(
                    DataSets.OpenFramed(config, parsed.GetValue(data)!, parsed.GetValue(split)!, surroundings),
                    parsed.GetValue(index));
            using IEnumerator<RecordText> texts = file.Records().GetEnumerator();
            List<RecordText> begun = ToFirstRecord(texts);
            if (begun[^1].Fault is not null)
                throw new BadInputException(
                    $"{begun[0].Where}: {begun[0].Fault}"
                    + (begun.Count > 1 ? $", and so for all {begun.Count} texts there" : ""));
            using Deployment deployed = await Deployment.LoadAsync(
                config, request with { Versions = true }, expert: null, surroundings, cancellationToken);
            int seen = 0, agreed = 0, refused = 0;
            foreach (RecordText text in begun.Concat(Rest(texts)))
            {
                seen++;
                try
                {
                    (bool agrees, string finding) = await ReplayAsync(text, inputs, deployed, cancellationToken);
                    surroundings.Out.PrintProse(Printable.Line($"{text.Where}: {finding}"));
                    agreed += agrees ? 1 : 0;
                }
                catch (Exception fault) when (fault is BadInputException or InvalidDataException)
                {
                    // Another image, or another registry, may have been meant: those after it may be about this one.
                    surroundings.Error.WriteLine(Printable.Line($"{text.Where}: {fault.Message}"));
                    refused++;
                }
            }
            if (seen > 1)
                surroundings.Error.WriteLine($"{agreed} of {seen} records replayed");
            return agreed == seen ? ExitCode.Done : agreed + refused == seen ? ExitCode.BadInput : ExitCode.DoesNotHold;
        });
        return command;
    }

    // Networks are loaded for records alone: up to the first of them, or to the end where there is none.
    private static List<RecordText> ToFirstRecord(IEnumerator<RecordText> texts)
    {
        List<RecordText> begun = [];
        while (texts.MoveNext())
        {
            if (VerifyCommand.Verify(texts.Current).Verdict is not RecordVerdict.Unreadable unread)
            {
                begun.Add(texts.Current);
                break;
            }
            begun.Add(new(texts.Current.Where, Json: "", unread.Fault));
        }
        return begun;
    }

    private static IEnumerable<RecordText> Rest(IEnumerator<RecordText> texts)
    {
        while (texts.MoveNext()) yield return texts.Current;
    }

    private static async Task<(bool Agrees, string Finding)> ReplayAsync(
        RecordText text, ReplayInputs inputs, Deployment deployed, CancellationToken cancellationToken)
    {
        // Votes are drawn again only for what could prove something.
        (RecordVerdict verdict, CertificateRecord? record) = VerifyCommand.Verify(text);
        if (verdict is RecordVerdict.Unreadable)
            throw new InvalidDataException(verdict.ToString());
        if (verdict is RecordVerdict.DoesNotHold || record is null)
            return (false, verdict.ToString()!);
        // A record of a mix was voted on by the restricted router.
        string[] mix = [.. record.Routing.Mix.Select(member => member.Id)];
        RoutedClassifier classifier =
            deployed.Registry.OtherVersions.FirstOrDefault(version => mix is [var only] && version.Id == only) is
                { } version
            ? RegisteredMix.Single(version, version.Voter)
            : Restriction.Objection(deployed.Classifier.Routes, mix) is null
            ? deployed.Classifier.Restrict(mix) : deployed.Classifier;
        ReplayedRecord replayed = await RecordReplay.RunAsync(
            record, inputs[record.Input],
            id => classifier.VoterOf(id)
                ?? deployed.Registry.Networks.FirstOrDefault(network => network.Id == id)?.Voter, cancellationToken);
        RoutingRecord here = RecordSigner.RoutingOf(classifier);
        string? difference = record.Routing.Difference(here);
        // Of those that voted the votes tell.
        string[] others = [.. record.Routing.OtherFunctions(here).Except(record.Stages.Select(stage => stage.Id))];
        return (replayed.Agrees && difference is null, replayed
            + (others.Length == 0 ? "" : $"; not asked, and another function here: {string.Join(", ", others)}")
            + (difference is null ? "" : $"; but another classifier: {difference}"));
    }
}

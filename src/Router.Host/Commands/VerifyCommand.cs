using System.CommandLine;
using System.Security.Cryptography;
using Router.Host.Cli;
using Router.Smoothing;
using Router.Smoothing.Records;
using Spectre.Console;

namespace Router.Host.Commands;

/// <summary><c>dualrs verify</c>: recomputes certificate records without a model.</summary>
internal static class VerifyCommand
{
    private const int RadiusDecimals = 3;

    public static Command Create(Surroundings surroundings)
    {
        Command command = new("verify", "Recomputes certificate records without a model, and checks who signed them.");
        Argument<string[]> files = command.Argument<string[]>(
            "files", "Records as JSON, one or one per line; - reads standard input.", ArgumentArity.OneOrMore);
        Option<string[]> keys = command.Repeated<string>(
            "--key -k",
            "A public key (PEM) whose signatures count; records that none of the keys given signed are then refused.");
        command.SetAction(parsed =>
        {
            ECDsa[] trusted = [.. parsed.GetValue(keys)!.Select(path => PemKeys.Public(path, surroundings))];
            RecordFile[] read = [.. parsed.GetValue(files)!.Select(path => RecordFile.Of(path, surroundings))];
            int seen = 0, refused = 0, unread = 0;
            RelianceSummary reliance = new();
            foreach (RecordText text in read.SelectMany(file => file.Records()))
            {
                (RecordVerdict verdict, CertificateRecord? record) = Verify(text, trusted);
                bool holds = verdict is not RecordVerdict.DoesNotHold;
                string claim = holds && record is not null ? $"{Claim(record)}: " : "";
                surroundings.Out.PrintProse(Printable.Line($"{text.Where}: {claim}{verdict}"));
                seen++;
                if (!holds || (trusted.Length > 0 && verdict is not RecordVerdict.HoldsSigned))
                    refused++;
                else
                    reliance.Add(record!);
                unread += verdict is RecordVerdict.Unreadable ? 1 : 0;
            }
            foreach (ECDsa key in trusted)
                key.Dispose();
            if (seen > 1)
                surroundings.Error.WriteLine(
                    $"{seen - refused} of {seen} records hold{(trusted.Length > 0 ? ", signed by a key given" : "")}");
            foreach (string line in reliance.Lines)
                surroundings.Error.WriteLine(Printable.Line(line));
            return refused == 0 ? ExitCode.Done : refused == unread ? ExitCode.BadInput : ExitCode.DoesNotHold;
        });
        return command;
    }

    /// <summary>What can be said of one text. Whatever is in it, those after it are read too.</summary>
    public static (RecordVerdict Verdict, CertificateRecord? Record) Verify(
        RecordText text, params IReadOnlyCollection<ECDsa> trusted)
    {
        if (text.Fault is { } unread)
            return (new RecordVerdict.Unreadable(unread), null);
        try
        {
            return RecordJson.TryRead(text.Json, out CertificateRecord? record, out string? fault)
                ? (RecordVerifier.Verify(record, trusted), record)
                : (new RecordVerdict.Unreadable(fault), null);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            string what = $"{fault.GetType().Name}: {fault.Message}";
            return (new RecordVerdict.DoesNotHold([$"it could not be checked, please report it: {what}"]), null);
        }
    }

    private static string Claim(CertificateRecord record) => record.Class is { } answered
        ? $"class {answered} within {TowardZero.Text(record.Radius, RadiusDecimals)} at α = {record.Alpha.Total:R}"
        : "abstains";
}

using System.CommandLine;
using System.Security.Cryptography;
using Router.Host.Cli;
using Router.Smoothing;
using Router.Smoothing.Records;
using Spectre.Console;

namespace Router.Host.Commands.Verify;

/// <summary><c>dualrs verify</c>: recomputes certificate records without a model.</summary>
internal static class VerifyCommand
{
    private const int RadiusDecimals = 3;

    public static Command Create(Surroundings surroundings)
    {
        Command command = new("verify", "Recomputes certificate records without a model, and checks who signed them.");
        Argument<string[]> files = new("files") { Description = "Records as JSON, one or one per line; - reads standard input.", Arity = ArgumentArity.OneOrMore };
        Option<string[]> keys = new("--key", "-k")
        {
            Description = "A public key (PEM) whose signatures count; records that none of the keys given signed are then refused.",
        };
        command.Arguments.Add(files);
        command.Options.Add(keys);
        command.SetAction(parsed =>
        {
            ECDsa[] trusted = [.. (parsed.GetValue(keys) ?? []).Select(path => PemKeys.Public(path, surroundings))];
            RecordText[] texts = [.. parsed.GetValue(files)!.SelectMany(path => RecordFile.Read(path, surroundings))];
            int refused = 0;
            foreach (RecordText text in texts)
            {
                RecordVerdict verdict = RecordVerifier.Verify(text.Json, trusted);
                surroundings.Out.WriteLine($"{text.Where}: {Describe(text.Json, verdict)}");
                if (verdict is RecordVerdict.DoesNotHold || (trusted.Length > 0 && verdict is not RecordVerdict.HoldsSigned))
                    refused++;
            }
            foreach (ECDsa key in trusted)
                key.Dispose();
            if (texts.Length > 1)
                surroundings.Error.WriteLine($"{texts.Length - refused} of {texts.Length} records hold{(trusted.Length > 0 ? ", signed by a key given" : "")}");
            return refused == 0 ? ExitCode.Done : ExitCode.DoesNotHold;
        });
        return command;
    }

    private static string Describe(string json, RecordVerdict verdict) =>
        verdict is RecordVerdict.DoesNotHold || !RecordJson.TryRead(json, out CertificateRecord? record, out _)
            ? verdict.ToString()!
            : $"{Claim(record)}: {verdict}";

    private static string Claim(CertificateRecord record) => record.Class is { } answered
        ? $"class {answered} within {TowardZero.Text(record.Radius, RadiusDecimals)} at α = {record.Alpha.Total:R}"
        : "abstains";
}

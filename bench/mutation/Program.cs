using System.Diagnostics;
using System.Globalization;
using Router.Smoothing.Records;
using Router.Smoothing.Tests.Records;

const string Python = "/usr/bin/python3"; // Debian's, which has python3-scipy
if (args.Length < 3 || !int.TryParse(args[0], CultureInfo.InvariantCulture, out int each))
{
    Console.Error.WriteLine("usage: mutation COUNT RECORD.PY FILE...");
    return 2;
}

Console.WriteLine($"{"record",-24} {"changed",8} {"refused",8} {"accepted",8} {"differ",7} {"claim more",10}");
int differ = 0, more = 0, all = 0, kept = 0;
ulong seed = 1;
foreach (string file in args[2..])
    foreach ((int index, string honest) in Records(file).Index())
    {
        string[] changed = [.. new RecordMutations(seed++).Of(honest, each)];
        bool[] ours = [.. changed.Select(record => RecordVerifier.Verify(record) is not RecordVerdict.DoesNotHold)];
        string[] theirs = Verdicts(changed);
        bool[] scipys = [.. theirs.Select(verdict => verdict.Contains(": holds", StringComparison.Ordinal))];
        string[] apart = [.. changed.Where((_, i) => ours[i] != scipys[i])];
        string[] raises = [.. changed.Where((record, i) => ours[i] && RecordRaise.Raises(honest, record))];
        int accepted = ours.Count(holds => holds);
        Row($"{Path.GetFileName(file)}:{index + 1}", changed.Length, accepted, apart.Length, raises.Length);
        foreach (string record in apart.Concat(raises))
            Console.Error.WriteLine(
                $"{RecordVerifier.Verify(record)}\n  SciPy: {theirs[Array.IndexOf(changed, record)]}\n  {record}");
        (all, kept) = (all + changed.Length, kept + accepted);
        (differ, more) = (differ + apart.Length, more + raises.Length);
    }
Row("all", all, kept, differ, more);
return differ + more == 0 ? 0 : 1;

static void Row(string name, int changed, int accepted, int apart, int raises) => Console.WriteLine(
    $"{name,-24} {changed,8} {changed - accepted,8} {accepted,8} {apart,7} {raises,10}");

static IEnumerable<string> Records(string file) =>
    file.EndsWith('l') ? File.ReadLines(file) : [File.ReadAllText(file).ReplaceLineEndings(" ")];

string[] Verdicts(string[] records)
{
    string folder = Directory.CreateTempSubdirectory("dualrs-mutation-").FullName;
    string lines = Path.Combine(folder, "changed.jsonl");
    try
    {
        File.WriteAllLines(lines, records);
        ProcessStartInfo start = new(
            Python, [args[1], lines]) { RedirectStandardOutput = true, UseShellExecute = false };
        using Process process = Process.Start(start)!;
        string[] said = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return said.Length == records.Length
            ? said
            : throw new InvalidOperationException($"{said.Length} verdicts of {records.Length} records");
    }
    finally
    {
        Directory.Delete(folder, recursive: true);
    }
}

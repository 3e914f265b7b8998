using Router.Evaluation.Logs;

namespace Router.Evaluation.Tests.Logs;

public sealed class CertificationLogWriterTests : IDisposable
{
    private readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static LogRow Row(int index, double radius = 0.25) => new(index, 3, 3, radius, 1.5)
    {
        Routed = new("s025", 0.75, radius, "expert", 1100, "grid", ulong.MaxValue, "caller"),
    };

    private void Write(params LogRow[] rows)
    {
        using CertificationLogWriter log = CertificationLogWriter.Create(_folder.Log);
        foreach (LogRow row in rows) log.Write(row);
    }

    private void WriteText(string text) => File.WriteAllText(_folder.Log, text);

    private string Text => File.ReadAllText(_folder.Log);

    [Fact]
    public void What_is_written_reads_back_bit_for_bit()
    {
        LogRow[] rows =
        [
            Row(0, 0.1 + 0.2),
            Row(20, double.Epsilon),
            Row(40, Math.BitDecrement(0.5)),
            new(60, 9, null, 0, 90_000.123456) { Routed = new("", 0, 0, "router", 0, "grid", 0, "server") },
            new(80, 9, 1, Math.PI, 0) { Routed = new(
                "s100", double.PositiveInfinity, Math.PI, "expert", int.MaxValue, "grid", 1, "server") },
        ];
        Write(rows);
        Assert.Equal(rows, CertificationLogReader.Read(_folder.Log).Rows);
    }

    [Fact]
    public void Cohens_six_columns_come_first()
    {
        Write(Row(20));
        Assert.StartsWith("idx\tlabel\tpredict\tradius\tcorrect\ttime\t", Text, StringComparison.Ordinal);
        Assert.StartsWith("20\t3\t3\t0.25\t1\t0:00:01.500000\t", Text.Split('\n')[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_is_in_the_file_as_soon_as_it_is_written()
    {
        using CertificationLogWriter log = CertificationLogWriter.Create(_folder.Log);
        log.Write(Row(0));
        using FileStream file = new(_folder.Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using StreamReader reader = new(file);
        Assert.Equal(2, reader.ReadToEnd().Count(letter => letter == '\n'));
    }

    [Fact]
    public void A_new_log_never_replaces_a_file()
    {
        Write(Row(0));
        string before = Text;
        Assert.Throws<IOException>(() => CertificationLogWriter.Create(_folder.Log).Dispose());
        Assert.Equal(before, Text);
    }

    // Cuts at every byte of the last row, the one within a two-byte letter included.
    [Fact]
    public void Continuing_cuts_off_an_unfinished_row_wherever_it_stopped()
    {
        LogRow second = Row(20) with { Routed = Row(20).Routed! with { Route = "σ25" } };
        Write(Row(0), second);
        byte[] whole = File.ReadAllBytes(_folder.Log);
        int first = Array.LastIndexOf(whole, (byte)'\n', whole.Length - 2) + 1;
        for (int length = first; length < whole.Length; length++)
        {
            File.WriteAllBytes(_folder.Log, whole[..length]);
            using (CertificationLogWriter log = CertificationLogWriter.Continue(
                _folder.Log, out IReadOnlyList<LogRow> done))
            {
                Assert.Equal([Row(0)], done);
                log.Write(second);
            }
            Assert.Equal(whole, File.ReadAllBytes(_folder.Log));
        }
    }

    [Fact]
    public void Continuing_after_an_unfinished_header_starts_again()
    {
        Write();
        string header = Text;
        foreach (int length in (int[])[0, 1, 20, header.Length - 1])
        {
            WriteText(header[..length]);
            using (CertificationLogWriter log = CertificationLogWriter.Continue(
                _folder.Log, out IReadOnlyList<LogRow> done))
            {
                Assert.Empty(done);
                log.Write(Row(0));
            }
            Assert.Equal([Row(0)], CertificationLogReader.Read(_folder.Log).Rows);
        }
    }

    [Fact]
    public void A_log_of_another_program_is_not_continued()
    {
        WriteText("idx\tlabel\tpredict\tradius\tcorrect\ttime\n0\t1\t1\t0.1\t1\t0:00:01\n");
        string before = Text;
        BadInputException fault =
            Assert.Throws<BadInputException>(() => CertificationLogWriter.Continue(_folder.Log, out _));
        Assert.Contains("another header", fault.Message, StringComparison.Ordinal);
        Assert.Equal(before, Text);
    }
}

using Router.Engine.LibTorch;
using Router.Experts.Files;

namespace Router.Experts.Tests.Files;

public sealed class FileLockTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dualrs-lock-").FullName;

    private string File => Path.Combine(_folder, "log.tsv");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_is_written_by_one_run_read_by_all_and_free_when_that_run_has_ended()
    {
        System.IO.File.WriteAllText(File, "rows");
        using (FileLock.Take(File))
        {
            Assert.Equal($"{File}: this run writes it already: name another file",
                Assert.Throws<FileInUseException>(() => FileLock.Take(File)).Message);
            Assert.Equal("rows", System.IO.File.ReadAllText(File));
            System.IO.File.Delete(File);
            System.IO.File.WriteAllText(File, "replaced");
            Assert.Throws<FileInUseException>(() => FileLock.Take(File));
        }
        FileLock.Take(File).Dispose();
        Assert.Equal([File], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void However_a_file_is_called_it_has_one_lock()
    {
        string folder = Path.Combine(_folder, "elsewhere"), link = Path.Combine(_folder, "link.tsv");
        Directory.CreateSymbolicLink(folder, _folder);
        System.IO.File.CreateSymbolicLink(link, "log.tsv");
        using FileLock held = FileLock.Take(File);
        Assert.Throws<FileInUseException>(() => FileLock.Take(link));
        Assert.Throws<FileInUseException>(() => FileLock.Take(Path.Combine(folder, "log.tsv")));
        FileLock.Take(Path.Combine(folder, "other.tsv")).Dispose();
    }

    [Fact]
    public void What_a_dead_run_leaves_behind_holds_nothing()
    {
        System.IO.File.WriteAllText(File + ".lock", "");
        FileLock.Take(File).Dispose();
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void A_folder_that_is_missing_is_told_as_that() =>
        Assert.Throws<DirectoryNotFoundException>(() => FileLock.Take(Path.Combine(_folder, "none", "log.tsv")));

    [Fact]
    public void However_many_come_and_go_never_two_hold_it_at_once()
    {
        int holders = 0, most = 0, taken = 0;
        Parallel.For(0, 4, _ =>
        {
            for (int i = 0; i < 500; i++)
                try
                {
                    using FileLock held = FileLock.Take(File);
                    int now = Interlocked.Increment(ref holders);
                    if (now > 1) Interlocked.Exchange(ref most, now);
                    Interlocked.Increment(ref taken);
                    Interlocked.Decrement(ref holders);
                }
                catch (FileInUseException)
                {
                    // Somebody else's turn.
                }
        });
        Assert.Equal(0, most);
        Assert.True(taken > 0);
    }
}

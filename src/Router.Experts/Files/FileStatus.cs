using System.Runtime.InteropServices;

namespace Router.Experts.Files;

/// <summary>
/// What a path leads to, symbolic links followed, found out without opening it: statx(2), of which .NET tells a part.
/// </summary>
/// <param name="type">The file type bits of <c>st_mode</c>.</param>
/// <param name="mode">Who may do what.</param>
/// <param name="owner">The user who owns it.</param>
public readonly partial struct FileStatus(int type, UnixFileMode mode, uint owner)
{
    // sys/stat.h and fcntl.h of Linux.
    private const int TypeMask = 0xF000, Pipe = 0x1000, CharacterDevice = 0x2000, Folder = 0x4000,
        BlockDevice = 0x6000, Regular = 0x8000, Socket = 0xC000;
    private const int PermissionMask = 0xFFF, FromWorkingFolder = -100;
    private const uint TypeModeAndOwner = 0x1 | 0x2 | 0x8;

    /// <summary>
    /// Whether it has contents from a first to a last byte, which can be read without waiting for anybody.
    /// </summary>
    public bool IsRegular => type == Regular;

    /// <summary>Of what kind it is, in words.</summary>
    public string Kind => type switch
    {
        Pipe => "a named pipe",
        Socket => "a socket",
        Folder => "a folder",
        CharacterDevice or BlockDevice => "a device",
        _ => "a regular file",
    };

    /// <summary>Who may do what.</summary>
    public UnixFileMode Mode => mode;

    /// <summary>Whether the user of this process owns it.</summary>
    public bool IsOwn => owner == geteuid();

    /// <summary>Finds out about a path; null where nothing is there, or the system does not tell.</summary>
    public static FileStatus? Of(string path)
    {
        try
        {
            return statx(FromWorkingFolder, path, flags: 0, TypeModeAndOwner, out Found found) == 0
                ? new(found.Mode & TypeMask, (UnixFileMode)(found.Mode & PermissionMask), found.Owner)
                : null;
        }
        catch (Exception missing) when (missing is EntryPointNotFoundException or DllNotFoundException)
        {
            return null;
        }
    }

    [LibraryImport("libc.so.6", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, out Found found);

    [LibraryImport("libc.so.6")]
    private static partial uint geteuid();

    // struct statx, the same on every architecture.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Found
    {
        [FieldOffset(20)]
        public uint Owner;

        [FieldOffset(28)]
        public ushort Mode;
    }
}

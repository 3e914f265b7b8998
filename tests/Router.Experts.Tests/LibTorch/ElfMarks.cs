using System.Text;
using static System.Buffers.Binary.BinaryPrimitives;

namespace Router.Experts.Tests.LibTorch;

/// <summary>
/// Where a 64-bit little-endian ELF library says how strongly it needs a symbol and a version: by the layouts of the
/// System V gABI (section headers, symbol table) and of the Linux Standard Base (version requirements).
/// </summary>
internal sealed class ElfMarks(byte[] file)
{
    private const int SectionHeader = 64, Symbol = 24, DynamicSymbols = 11, VersionNeeds = 0x6ffffffe;

    /// <summary>The offset of <c>st_info</c>, binding and type, of an undefined symbol.</summary>
    public int SymbolInfo(string name)
    {
        (long offset, long size, long names) = Section(DynamicSymbols);
        return (int)Enumerable.Range(0, (int)(size / Symbol)).Select(i => offset + i * Symbol)
            .Single(at => Name(names + Int32(at)) == name && Int16(at + 6) == 0) + 4;
    }

    /// <summary>The offset of <c>vna_flags</c> of a version that another library is to have.</summary>
    public int VersionFlags(string name)
    {
        (long need, _, long names) = Section(VersionNeeds);
        List<long> found = [];
        for (long step = -1; step != 0; need += step)
        {
            long entry = need + Int32(need + 8);
            for (int i = 0; i < Int16(need + 2); i++, entry += Int32(entry + 12))
                if (Name(names + Int32(entry + 8)) == name)
                    found.Add(entry + 4);
            step = Int32(need + 12);
        }
        return (int)found.Single();
    }

    private (long Offset, long Size, long Names) Section(int type)
    {
        long table = Int64(0x28);
        long header = Enumerable.Range(0, Int16(0x3c)).Select(i => table + i * SectionHeader)
            .Single(at => Int32(at + 4) == type);
        long linked = table + Int32(header + 0x28) * SectionHeader;
        return (Int64(header + 0x18), Int64(header + 0x20), Int64(linked + 0x18));
    }

    private string Name(long at)
    {
        ReadOnlySpan<byte> from = file.AsSpan((int)at);
        return Encoding.ASCII.GetString(from[..from.IndexOf((byte)0)]);
    }

    private short Int16(long at) => ReadInt16LittleEndian(file.AsSpan((int)at));

    private int Int32(long at) => ReadInt32LittleEndian(file.AsSpan((int)at));

    private long Int64(long at) => ReadInt64LittleEndian(file.AsSpan((int)at));
}

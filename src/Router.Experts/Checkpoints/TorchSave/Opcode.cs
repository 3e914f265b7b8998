
namespace Router.Experts.Checkpoints.TorchSave;

/// <summary>
/// The opcodes of pickle protocols 0 to 5 that <c>torch.save</c> can emit (names and values: CPython's Lib/pickle.py).
/// </summary>
internal enum Opcode : byte
{
    Mark = (byte)'(',
    Stop = (byte)'.',
    Pop = (byte)'0',
    PopMark = (byte)'1',
    Dup = (byte)'2',

    None = (byte)'N',
    NewTrue = 0x88,
    NewFalse = 0x89,
    Int = (byte)'I', // Python 2 writes integers past 32 bits this way in every protocol
    BinInt = (byte)'J',
    BinInt1 = (byte)'K',
    BinInt2 = (byte)'M',
    Long = (byte)'L',
    Long1 = 0x8a,
    Long4 = 0x8b,
    BinFloat = (byte)'G',

    BinString = (byte)'T',
    ShortBinString = (byte)'U',
    BinUnicode = (byte)'X',
    ShortBinUnicode = 0x8c,
    BinUnicode8 = 0x8d,
    BinBytes = (byte)'B',
    ShortBinBytes = (byte)'C',
    BinBytes8 = 0x8e,

    EmptyTuple = (byte)')',
    Tuple = (byte)'t',
    Tuple1 = 0x85,
    Tuple2 = 0x86,
    Tuple3 = 0x87,
    EmptyList = (byte)']',
    List = (byte)'l',
    Append = (byte)'a',
    Appends = (byte)'e',
    EmptyDict = (byte)'}',
    Dict = (byte)'d',
    SetItem = (byte)'s',
    SetItems = (byte)'u',
    EmptySet = 0x8f,
    AddItems = 0x90,
    FrozenSet = 0x91,

    Get = (byte)'g',
    BinGet = (byte)'h',
    LongBinGet = (byte)'j',
    Put = (byte)'p',
    BinPut = (byte)'q',
    LongBinPut = (byte)'r',
    Memoize = 0x94,

    Global = (byte)'c',
    StackGlobal = 0x93,
    Reduce = (byte)'R',
    Build = (byte)'b',
    NewObj = 0x81,
    BinPersId = (byte)'Q',

    Proto = 0x80,
    Frame = 0x95,
}

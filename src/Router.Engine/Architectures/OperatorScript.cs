using System.IO.Compression;
using System.Text;

namespace Router.Engine.Architectures;

/// <summary>
/// A TorchScript module without weights, written and loaded in memory: the way to operators of libtorch that TorchSharp
/// has no method for. Numbers stand in its code and only tensors are handed over, since TorchSharp may free a number
/// while a script reads it.
/// </summary>
internal sealed class OperatorScript : IDisposable
{
    private readonly torch.jit.ScriptModule _module;

    /// <summary>Loads a script.</summary>
    /// <param name="methods">Its methods in TorchScript, of a class Operators, each line from the first column.</param>
    public OperatorScript(string methods) => _module = torch.jit.load(Archive(
        "class Operators(Module):\n  __parameters__ = []\n  __buffers__ = []\n  "
        + methods.ReplaceLineEndings("\n  ") + "\n"), torch.CPU);

    /// <summary>What a method answers.</summary>
    /// <param name="method">Its name.</param>
    /// <param name="tensors">Its arguments.</param>
    public torch.Tensor Call(string method, params torch.Tensor[] tensors) =>
        (torch.Tensor)_module.invoke(method, [.. tensors]);

    /// <inheritdoc/>
    public void Dispose() => _module.Dispose();

    // What torch.jit.save writes of a module without tensors.
    private static byte[] Archive(string code)
    {
        using MemoryStream bytes = new();
        using (ZipArchive zip = new(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            void Add(string name, ReadOnlySpan<byte> content)
            {
                using Stream entry = zip.CreateEntry($"operators/{name}", CompressionLevel.NoCompression).Open();
                entry.Write(content);
            }
            Add("data.pkl", [0x80, 0x02, .. "c__torch__\nOperators\n)"u8, 0x81, .. "}b."u8]);
            Add("code/__torch__.py", Encoding.UTF8.GetBytes(code));
            Add("constants.pkl", [0x80, 0x02, .. ")."u8]);
            Add("version", "3\n"u8);
        }
        return bytes.ToArray();
    }
}

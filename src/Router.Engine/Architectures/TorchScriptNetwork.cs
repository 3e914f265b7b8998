using System.Collections;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Router.Engine.Architectures;

/// <summary>
/// A TorchScript archive: any traced or scripted network, a denoiser with a classifier behind it included. libtorch
/// parses the archive natively, so a registry must say <c>trust: true</c>. Of several tensors (auxiliary heads,
/// features) the first that has the right shape is the logits.
/// </summary>
internal sealed class TorchScriptNetwork : INetwork
{
    private readonly torch.jit.ScriptModule _module;
    private readonly string _path;

    /// <summary>Loads the archive and asks it for its classes with one blank image.</summary>
    /// <param name="path">The archive.</param>
    /// <param name="imageShape">(channels, height, width) of its input.</param>
    /// <param name="classes">How many logits are expected, to find them among several tensors.</param>
    /// <param name="engine">Where it runs.</param>
    /// <exception cref="InvalidDataException">The network does not answer one image with one row of logits.</exception>
    public TorchScriptNetwork(string path, IReadOnlyList<int> imageShape, int classes, EngineSettings engine)
    {
        _path = path;
        _module = torch.jit.load<torch.Tensor, torch.Tensor>(path, engine.TorchDevice);
        try
        {
            _module.eval();
            using var scope = torch.NewDisposeScope();
            using var inference = torch.inference_mode();
            torch.Tensor blank = torch.zeros([1, .. imageShape], dtype: engine.FloatType, device: engine.TorchDevice);
            torch.Tensor?[] answers = Answers(blank);
            Output = answers.Length == 1
                ? 0
                : Array.FindIndex(answers, answer => answer is not null && answer.shape.SequenceEqual([1, classes]));
            if (Output < 0 || answers is not [.., _] || answers[Output] is not { shape: [1, > 0 and var found] } logits)
                throw new InvalidDataException(
                    $"{path} answers one image with {Described(answers)}, "
                    + $"not with (1, {classes}) logits, alone or among others");
            if (logits.dtype is not (torch.ScalarType.Float32 or torch.ScalarType.Float64
                or torch.ScalarType.Float16 or torch.ScalarType.BFloat16))
                throw new InvalidDataException($"{path} answers in {logits.dtype}, not with logits in floating point");
            ClassCount = (int)found;
        }
        catch (Exception fault)
        {
            _module.Dispose();
            if (fault is not (ExternalException or NotImplementedException or NotSupportedException
                or InvalidCastException or ArgumentOutOfRangeException)) throw;
            // TorchSharp looks for what it does not know, a dictionary above all, beyond the end of what it has.
            throw new InvalidDataException(fault is ArgumentOutOfRangeException
                ? $"{path} answers with what is no tensor, tuple or list (a dictionary?), not with "
                    + $"(batch, {classes}) logits: export a network that returns these alone"
                : $"{path} cannot answer one image of ({string.Join(", ", imageShape)}) {engine.FloatType}s: "
                    + TorchFault.Cause(fault), fault);
        }
    }

    /// <inheritdoc/>
    public int ClassCount { get; }

    /// <summary>Which of its answers are the logits, from 0.</summary>
    public int Output { get; }

    /// <inheritdoc/>
    public torch.Tensor Forward(torch.Tensor images) =>
        Answers(images) is var answers && Output < answers.Length && answers[Output] is { } logits
        ? logits
        : throw new InvalidDataException(
            $"{_path} answers a batch otherwise than one image: with {Described(answers)}");

    /// <inheritdoc/>
    public void Dispose() => _module.Dispose();

    private static string Described(torch.Tensor?[] answers) => answers.Length == 0 ? "nothing"
        : string.Join(" and ", answers.Select(answer =>
        answer is null ? "something that is no tensor" : $"a tensor of shape ({string.Join(", ", answer.shape)})"));

    private torch.Tensor?[] Answers(torch.Tensor images) => [.. Flat(_module.forward(images))];

    // TorchSharp makes arrays of tuples and lists of tensors, and tuples of others.
    private static IEnumerable<torch.Tensor?> Flat(object? answer) => answer switch
    {
        torch.Tensor tensor => [tensor],
        ITuple tuple => Enumerable.Range(0, tuple.Length).SelectMany(i => Flat(tuple[i])),
        IList list => list.Cast<object?>().SelectMany(Flat),
        _ => [null],
    };
}

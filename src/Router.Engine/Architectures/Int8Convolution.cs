using System.Globalization;
using Router.Engine.LibTorch;

namespace Router.Engine.Architectures;

/// <summary>
/// A convolution of 8-bit integers by oneDNN, with its batch normalization. Activations are unsigned levels 0…255 times
/// a scale; weights are signed levels −127…127 times a scale for each output channel, so that the largest weight has
/// the largest level; sums are exact in 32 bits.
/// </summary>
internal sealed class Int8Convolution : IDisposable
{
    private const int LargestLevel = 127;

    // torch's numbers of uint8 and float32.
    private const int Byte = 0, Float32 = 6;

    private readonly OperatorScript _script;
    private readonly torch.Tensor _kernel, _scales, _zeroPoints, _bias;

    private Int8Convolution(FoldedConvolution folded, double inputScale, string moreTensors, string answer)
    {
        string geometry = $"[{folded.Stride}, {folded.Stride}], [{folded.Padding}, {folded.Padding}], [1, 1], 1";
        string x = Number(inputScale);
        _script = new($"""
            def pack(self: __torch__.Operators, w: Tensor, ws: Tensor) -> Tensor:
              return ops.onednn.qconv_prepack(w, ws, {x}, 0, {geometry}, None)
            def run(self: __torch__.Operators, x: Tensor, w: Tensor, ws: Tensor, wz: Tensor,
                {moreTensors}b: Tensor) -> Tensor:
              return ops.onednn.qconv2d_pointwise(x, {x}, 0, w, ws, wz, {(moreTensors.Length > 0 ? "to, " : "")}b,
                {geometry}, {answer}, annotate(List[Optional[number]], []), "")
            """);
        using var scope = torch.NewDisposeScope();
        torch.Tensor largest = folded.Kernel.abs().amax([1, 2, 3]).AtLeast(float.Epsilon);
        _scales = largest.Times(1.0 / LargestLevel).DetachFromDisposeScope();
        _zeroPoints = torch.zeros(_scales.shape[0], dtype: torch.ScalarType.Int32).DetachFromDisposeScope();
        torch.Tensor levels = (folded.Kernel / _scales.view(-1, 1, 1, 1)).round();
        _kernel = _script.Call("pack", levels.to(torch.ScalarType.Int8).contiguous(), _scales).DetachFromDisposeScope();
        _bias = folded.Bias.clone().DetachFromDisposeScope();
    }

    /// <summary>max(W ∗ x + b, 0), in levels.</summary>
    /// <param name="folded">In float32.</param>
    /// <param name="inputScale">What a level of x is.</param>
    /// <param name="outputScale">What a level of the answer is.</param>
    public static Int8Convolution Relu(FoldedConvolution folded, double inputScale, double outputScale) =>
        new(folded, inputScale, "", $"{Number(outputScale)}, 0, {Byte}, \"relu\"");

    /// <summary>max(W ∗ x + b + shortcut, 0), in levels, written where the shortcut was.</summary>
    /// <param name="folded">In float32.</param>
    /// <param name="inputScale">What a level of x is.</param>
    /// <param name="shortcutScale">What a level of the shortcut is.</param>
    /// <param name="outputScale">What a level of the answer is.</param>
    public static Int8Convolution Sum(
        FoldedConvolution folded, double inputScale, double shortcutScale, double outputScale) => new(
            folded, inputScale, "to: Tensor, ",
            $"{Number(outputScale)}, 0, {Byte}, {Number(shortcutScale)}, 0, \"sum\", 1.0, \"relu\"");

    /// <summary>W ∗ x + b, in float32.</summary>
    /// <param name="folded">In float32.</param>
    /// <param name="inputScale">What a level of x is.</param>
    public static Int8Convolution Plain(FoldedConvolution folded, double inputScale) =>
        new(folded, inputScale, "", $"1.0, 0, {Float32}, \"none\"");

    /// <summary>The answer to levels [batch, channels, height, width].</summary>
    public torch.Tensor Forward(torch.Tensor x) => _script.Call("run", x, _kernel, _scales, _zeroPoints, _bias);

    /// <summary>The answer of a sum; it takes the shortcut's place.</summary>
    public torch.Tensor Forward(torch.Tensor x, torch.Tensor shortcut) =>
        _script.Call("run", x, _kernel, _scales, _zeroPoints, shortcut, _bias);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (torch.Tensor tensor in (torch.Tensor[])[_kernel, _scales, _zeroPoints, _bias]) tensor.Dispose();
        _script.Dispose();
    }

    private static string Number(double scale) => scale.ToString("e17", CultureInfo.InvariantCulture);
}

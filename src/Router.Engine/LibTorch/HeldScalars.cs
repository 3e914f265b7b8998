
namespace Router.Engine.LibTorch;

/// <summary>
/// Arithmetic of tensors with numbers. TorchSharp frees a <see cref="Scalar"/> as soon as managed code no longer refers
/// to it, even while the native operation still reads it: a sum of two tensors, which carries a hidden factor 1, then
/// fails or is another sum. Every number that is handed over here is held until the operation is done; whatever else in
/// the program hands one over fails a test.
/// </summary>
public static class HeldScalars
{
    private static readonly Scalar One = 1;

    /// <summary>left + right.</summary>
    public static torch.Tensor Plus(this torch.Tensor left, torch.Tensor right) => left.add(right, One);

    /// <summary>left + number·right.</summary>
    public static torch.Tensor Plus(this torch.Tensor left, double number, torch.Tensor right)
    {
        using Scalar held = number;
        return left.add(right, held);
    }

    /// <summary>tensor + number.</summary>
    public static torch.Tensor Plus(this torch.Tensor tensor, double number)
    {
        using Scalar held = number;
        return tensor.add(held, One);
    }

    /// <summary>left ← left + right.</summary>
    public static torch.Tensor Add(this torch.Tensor left, torch.Tensor right) => left.add_(right, One);

    /// <summary>left ← left + number·right.</summary>
    public static torch.Tensor Add(this torch.Tensor left, double number, torch.Tensor right)
    {
        using Scalar held = number;
        return left.add_(right, held);
    }

    /// <summary>left ← left + number·factor·other.</summary>
    public static torch.Tensor AddProduct(
        this torch.Tensor left, double number, torch.Tensor factor, torch.Tensor other)
    {
        using Scalar held = number;
        return left.addcmul_(factor, other, held);
    }

    /// <summary>left ← left + number·over/under.</summary>
    public static torch.Tensor AddQuotient(this torch.Tensor left, double number, torch.Tensor over, torch.Tensor under)
    {
        using Scalar held = number;
        return left.addcdiv_(over, under, held);
    }

    /// <summary>A count goes up by one.</summary>
    public static void CountUp(this torch.Tensor count) => count.add_(One, One);

    /// <summary>tensor · number.</summary>
    public static torch.Tensor Times(this torch.Tensor tensor, double number)
    {
        using Scalar held = number;
        return tensor.mul(held);
    }

    /// <summary>tensor ← tensor · number.</summary>
    public static torch.Tensor Multiply(this torch.Tensor tensor, double number)
    {
        using Scalar held = number;
        return tensor.mul_(held);
    }

    /// <summary>max(tensor, lowest).</summary>
    public static torch.Tensor AtLeast(this torch.Tensor tensor, double lowest)
    {
        using Scalar held = lowest;
        return tensor.clamp(min: held);
    }

    /// <summary>tensor ← min(max(tensor, lowest), highest).</summary>
    public static torch.Tensor Clamp(this torch.Tensor tensor, double lowest, double highest)
    {
        using Scalar low = lowest, high = highest;
        return tensor.clamp_(low, high);
    }
}

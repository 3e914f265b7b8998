using Router.Torch.Interop;

namespace Router.Torch;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor add(Tensor target) => aten.add.Call(this, target);
        public Tensor add(Tensor target, Scalar alpha) => aten.add.Call(this, target, alpha);
        public Tensor add(Scalar scalar) => aten.add_Scalar.Call(this, scalar);
        public Tensor add_(Tensor target) => aten.add_.InPlace(this, this, target);
        public Tensor add_(Tensor target, Scalar alpha) => aten.add_.InPlace(this, this, target, alpha);
        public Tensor add_(Scalar scalar) => aten.add__Scalar.InPlace(this, this, scalar);

        public Tensor sub(Tensor target) => aten.sub.Call(this, target);
        public Tensor sub(Scalar target) => aten.sub_Scalar.Call(this, target);
        public Tensor sub_(Tensor target) => aten.sub_.InPlace(this, this, target);
        public Tensor sub_(Scalar target) => aten.sub__Scalar.InPlace(this, this, target);

        public Tensor mul(Tensor target) => aten.mul.Call(this, target);
        public Tensor mul(Scalar target) => aten.mul_Scalar.Call(this, target);
        public Tensor mul_(Tensor target) => aten.mul_.InPlace(this, this, target);
        public Tensor mul_(Scalar target) => aten.mul__Scalar.InPlace(this, this, target);

        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None) =>
            aten.div.Call(this, target, Rounding(rounding_mode));
        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None) =>
            aten.div_Scalar.Call(this, target, Rounding(rounding_mode));
        public Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) =>
            aten.div_.InPlace(this, this, target, Rounding(rounding_mode));
        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) =>
            aten.div__Scalar.InPlace(this, this, target, Rounding(rounding_mode));

        public Tensor remainder(Tensor target) => aten.remainder.Call(this, target);
        public Tensor remainder(Scalar scalar) => aten.remainder_Scalar.Call(this, scalar);

        public Tensor pow(Tensor exponent) => aten.pow.Call(this, exponent);
        public Tensor pow(Scalar exponent) => aten.pow_Scalar.Call(this, exponent);
        public Tensor pow_(Scalar exponent) => aten.pow__Scalar.InPlace(this, this, exponent);

        public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value) => aten.addcmul.Call(this, tensor1, tensor2, value);
        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) => aten.addcmul_.InPlace(this, this, tensor1, tensor2, value);
        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value) => aten.addcdiv_.InPlace(this, this, tensor1, tensor2, value);

        public Tensor matmul(Tensor target) => aten.matmul.Call(this, target);
        public Tensor mm(Tensor target) => aten.mm.Call(this, target);

        public static Tensor operator +(Tensor left, Tensor right) => left.add(right);
        public static Tensor operator +(Tensor left, Scalar right) => left.add(right);
        public static Tensor operator +(Scalar left, Tensor right) => right.add(left);

        public static Tensor operator -(Tensor left, Tensor right) => left.sub(right);
        public static Tensor operator -(Tensor left, Scalar right) => left.sub(right);
        public static Tensor operator -(Scalar left, Tensor right) => aten.rsub_Scalar.Call(right, left);
        public static Tensor operator -(Tensor tensor) => tensor.neg();

        public static Tensor operator *(Tensor left, Tensor right) => left.mul(right);
        public static Tensor operator *(Tensor left, Scalar right) => left.mul(right);
        public static Tensor operator *(Scalar left, Tensor right) => right.mul(left);

        public static Tensor operator /(Tensor left, Tensor right) => left.div(right);
        public static Tensor operator /(Tensor left, Scalar right) => left.div(right);

        public static Tensor operator /(Scalar left, Tensor right)
        {
            using Tensor inverse = right.reciprocal();
            return inverse.mul(left);
        }

        public static Tensor operator %(Tensor left, Tensor right) => left.remainder(right);
        public static Tensor operator %(Tensor left, Scalar right) => left.remainder(right);

        private static string? Rounding(RoundingMode mode) => mode == RoundingMode.None ? null : mode.ToString();
    }
}

using Router.Torch.Interop;

namespace Router.Torch;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor neg() => aten.neg.Call(this);
        public Tensor neg_() => aten.neg_.InPlace(this, this);
        public Tensor abs() => aten.abs.Call(this);
        public Tensor abs_() => aten.abs_.InPlace(this, this);
        public Tensor sign() => aten.sign.Call(this);
        public Tensor square() => aten.square.Call(this);
        public Tensor sqrt() => aten.sqrt.Call(this);
        public Tensor sqrt_() => aten.sqrt_.InPlace(this, this);
        public Tensor rsqrt() => aten.rsqrt.Call(this);
        public Tensor reciprocal() => aten.reciprocal.Call(this);
        public Tensor exp() => aten.exp.Call(this);
        public Tensor exp_() => aten.exp_.InPlace(this, this);
        public Tensor log() => aten.log.Call(this);
        public Tensor log_() => aten.log_.InPlace(this, this);
        public Tensor floor() => aten.floor.Call(this);
        public Tensor round(long decimals = 0L) => aten.round_decimals.Call(this, decimals);
        public Tensor erf() => aten.erf.Call(this);
        public Tensor erfinv() => aten.erfinv.Call(this);
        public Tensor sigmoid() => aten.sigmoid.Call(this);
        public Tensor tanh() => aten.tanh.Call(this);
        public Tensor relu() => aten.relu.Call(this);
        public Tensor relu_() => aten.relu_.InPlace(this, this);
        public Tensor softmax(long dim, ScalarType? dtype = null) => aten.softmax.Call(this, dim, dtype);
        public Tensor log_softmax(long dim, ScalarType? dtype = null) => aten.log_softmax.Call(this, dim, dtype);

        public Tensor clamp(Scalar? min = null, Scalar? max = null) => aten.clamp.Call(this, min, max);
        public Tensor clamp(Tensor? min = null, Tensor? max = null) => aten.clamp_Tensor.Call(this, min, max);
        public Tensor clamp_(Scalar? min = null, Scalar? max = null) => aten.clamp_.InPlace(this, this, min, max);
        public Tensor clamp_(Tensor? min = null, Tensor? max = null) => aten.clamp__Tensor.InPlace(this, this, min, max);
        public Tensor minimum(Tensor other) => aten.minimum.Call(this, other);
        public Tensor maximum(Tensor other) => aten.maximum.Call(this, other);

        public Tensor isfinite() => aten.isfinite.Call(this);
        public Tensor isnan() => aten.isnan.Call(this);
        public Tensor eq(Tensor target) => aten.eq.Call(this, target);
        public Tensor eq(Scalar target) => aten.eq_Scalar.Call(this, target);
        public Tensor ne(Tensor target) => aten.ne.Call(this, target);
        public Tensor ne(Scalar target) => aten.ne_Scalar.Call(this, target);
        public Tensor gt(Tensor target) => aten.gt.Call(this, target);
        public Tensor gt(Scalar target) => aten.gt_Scalar.Call(this, target);
        public Tensor ge(Tensor target) => aten.ge.Call(this, target);
        public Tensor ge(Scalar target) => aten.ge_Scalar.Call(this, target);
        public Tensor lt(Tensor target) => aten.lt.Call(this, target);
        public Tensor lt(Scalar target) => aten.lt_Scalar.Call(this, target);
        public Tensor le(Tensor target) => aten.le.Call(this, target);
        public Tensor le(Scalar target) => aten.le_Scalar.Call(this, target);
        public Tensor logical_and(Tensor other) => aten.logical_and.Call(this, other);
        public Tensor logical_or(Tensor other) => aten.logical_or.Call(this, other);
        public Tensor logical_not() => aten.logical_not.Call(this);
        public bool allclose(Tensor target, double rtol = 1e-05, double atol = 1e-08, bool equal_nan = false) =>
            aten.allclose.Read(this, target, rtol, atol, equal_nan).Integer != 0;

        /// <summary>This where the condition holds, <paramref name="y"/> elsewhere.</summary>
        public Tensor where(Tensor condition, Tensor y) => aten.where.Call(condition, this, y);
        public Tensor masked_fill(Tensor mask, Scalar value) => aten.masked_fill.Call(this, mask, value);
        public Tensor masked_fill_(Tensor mask, Scalar value) => aten.masked_fill_.InPlace(this, this, mask, value);
        public Tensor zero_() => aten.zero_.InPlace(this, this);
        public Tensor fill_(Scalar value) => aten.fill_.InPlace(this, this, value);
        public Tensor normal_(double mean = 0.0, double std = 1.0, Generator? generator = null) =>
            aten.normal_.InPlace(this, this, mean, std, generator);
        public Tensor uniform_(double from, double to, Generator? generator = null) =>
            aten.uniform_.InPlace(this, this, from, to, generator);
    }
}

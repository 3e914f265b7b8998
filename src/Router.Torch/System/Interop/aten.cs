namespace Router.Torch.Interop;

/// <summary>
/// The operators in use. A field is named as the operator and, where there are several, the overload; a trailing underscore writes in
/// place.
/// </summary>
internal static class aten
{
    // Factories
    internal static readonly Op empty = new("empty", "memory_format");
    internal static readonly Op zeros = new("zeros");
    internal static readonly Op ones = new("ones");
    internal static readonly Op full = new("full");
    internal static readonly Op eye = new("eye", "m");
    internal static readonly Op arange = new("arange", "start_step");
    internal static readonly Op rand = new("rand", "generator");
    internal static readonly Op randn = new("randn", "generator");
    internal static readonly Op randint = new("randint", "low_generator");
    internal static readonly Op randperm = new("randperm", "generator");
    internal static readonly Op empty_like = new("empty_like");
    internal static readonly Op zeros_like = new("zeros_like");
    internal static readonly Op ones_like = new("ones_like");
    internal static readonly Op full_like = new("full_like");
    internal static readonly Op rand_like = new("rand_like");
    internal static readonly Op randn_like = new("randn_like");
    internal static readonly Op cat = new("cat");
    internal static readonly Op stack = new("stack");
    internal static readonly Op where = new("where", "self");

    // Arithmetic
    internal static readonly Op add = new("add", "Tensor");
    internal static readonly Op add_Scalar = new("add", "Scalar");
    internal static readonly Op add_ = new("add_", "Tensor");
    internal static readonly Op add__Scalar = new("add_", "Scalar");
    internal static readonly Op sub = new("sub", "Tensor");
    internal static readonly Op sub_Scalar = new("sub", "Scalar");
    internal static readonly Op sub_ = new("sub_", "Tensor");
    internal static readonly Op sub__Scalar = new("sub_", "Scalar");
    internal static readonly Op rsub_Scalar = new("rsub", "Scalar");
    internal static readonly Op mul = new("mul", "Tensor");
    internal static readonly Op mul_Scalar = new("mul", "Scalar");
    internal static readonly Op mul_ = new("mul_", "Tensor");
    internal static readonly Op mul__Scalar = new("mul_", "Scalar");
    internal static readonly Op div = new("div", "Tensor_mode");
    internal static readonly Op div_Scalar = new("div", "Scalar_mode");
    internal static readonly Op div_ = new("div_", "Tensor_mode");
    internal static readonly Op div__Scalar = new("div_", "Scalar_mode");
    internal static readonly Op remainder = new("remainder", "Tensor");
    internal static readonly Op remainder_Scalar = new("remainder", "Scalar");
    internal static readonly Op pow = new("pow", "Tensor_Tensor");
    internal static readonly Op pow_Scalar = new("pow", "Tensor_Scalar");
    internal static readonly Op pow__Scalar = new("pow_", "Scalar");
    internal static readonly Op addcmul = new("addcmul");
    internal static readonly Op addcmul_ = new("addcmul_");
    internal static readonly Op addcdiv_ = new("addcdiv_");
    internal static readonly Op matmul = new("matmul");
    internal static readonly Op mm = new("mm");

    // Element by element
    internal static readonly Op neg = new("neg");
    internal static readonly Op neg_ = new("neg_");
    internal static readonly Op abs = new("abs");
    internal static readonly Op abs_ = new("abs_");
    internal static readonly Op sign = new("sign");
    internal static readonly Op square = new("square");
    internal static readonly Op sqrt = new("sqrt");
    internal static readonly Op sqrt_ = new("sqrt_");
    internal static readonly Op rsqrt = new("rsqrt");
    internal static readonly Op reciprocal = new("reciprocal");
    internal static readonly Op exp = new("exp");
    internal static readonly Op exp_ = new("exp_");
    internal static readonly Op log = new("log");
    internal static readonly Op log_ = new("log_");
    internal static readonly Op floor = new("floor");
    internal static readonly Op round_decimals = new("round", "decimals");
    internal static readonly Op erf = new("erf");
    internal static readonly Op erfinv = new("erfinv");
    internal static readonly Op sigmoid = new("sigmoid");
    internal static readonly Op tanh = new("tanh");
    internal static readonly Op relu = new("relu");
    internal static readonly Op relu_ = new("relu_");
    internal static readonly Op softmax = new("softmax", "int");
    internal static readonly Op log_softmax = new("log_softmax", "int");
    internal static readonly Op clamp = new("clamp");
    internal static readonly Op clamp_Tensor = new("clamp", "Tensor");
    internal static readonly Op clamp_ = new("clamp_");
    internal static readonly Op clamp__Tensor = new("clamp_", "Tensor");
    internal static readonly Op minimum = new("minimum");
    internal static readonly Op maximum = new("maximum");
    internal static readonly Op isfinite = new("isfinite");
    internal static readonly Op isnan = new("isnan");
    internal static readonly Op eq = new("eq", "Tensor");
    internal static readonly Op eq_Scalar = new("eq", "Scalar");
    internal static readonly Op ne = new("ne", "Tensor");
    internal static readonly Op ne_Scalar = new("ne", "Scalar");
    internal static readonly Op gt = new("gt", "Tensor");
    internal static readonly Op gt_Scalar = new("gt", "Scalar");
    internal static readonly Op ge = new("ge", "Tensor");
    internal static readonly Op ge_Scalar = new("ge", "Scalar");
    internal static readonly Op lt = new("lt", "Tensor");
    internal static readonly Op lt_Scalar = new("lt", "Scalar");
    internal static readonly Op le = new("le", "Tensor");
    internal static readonly Op le_Scalar = new("le", "Scalar");
    internal static readonly Op logical_and = new("logical_and");
    internal static readonly Op logical_or = new("logical_or");
    internal static readonly Op logical_not = new("logical_not");
    internal static readonly Op allclose = new("allclose");
    internal static readonly Op masked_fill = new("masked_fill", "Scalar");
    internal static readonly Op masked_fill_ = new("masked_fill_", "Scalar");
    internal static readonly Op zero_ = new("zero_");
    internal static readonly Op fill_ = new("fill_", "Scalar");
    internal static readonly Op normal_ = new("normal_");
    internal static readonly Op uniform_ = new("uniform_");

    // Reductions
    internal static readonly Op item = new("item");
    internal static readonly Op sum = new("sum");
    internal static readonly Op sum_dim = new("sum", "dim_IntList");
    internal static readonly Op mean = new("mean");
    internal static readonly Op mean_dim = new("mean", "dim");
    internal static readonly Op var_dim = new("var", "dim");
    internal static readonly Op std_dim = new("std", "dim");
    internal static readonly Op amax = new("amax");
    internal static readonly Op amin = new("amin");
    internal static readonly Op max = new("max");
    internal static readonly Op max_dim = new("max", "dim");
    internal static readonly Op min = new("min");
    internal static readonly Op min_dim = new("min", "dim");
    internal static readonly Op argmax = new("argmax");
    internal static readonly Op argmin = new("argmin");
    internal static readonly Op any = new("any");
    internal static readonly Op any_dim = new("any", "dim");
    internal static readonly Op all = new("all");
    internal static readonly Op all_dim = new("all", "dim");
    internal static readonly Op norm = new("norm", "Scalar");
    internal static readonly Op norm_dim = new("norm", "ScalarOpt_dim");
    internal static readonly Op logsumexp = new("logsumexp");
    internal static readonly Op cumsum = new("cumsum");
    internal static readonly Op sort = new("sort", "stable");
    internal static readonly Op argsort = new("argsort");
    internal static readonly Op topk = new("topk");

    // Shapes, places and copies
    internal static readonly Op view = new("view");
    internal static readonly Op reshape = new("reshape");
    internal static readonly Op flatten = new("flatten", "using_ints");
    internal static readonly Op permute = new("permute");
    internal static readonly Op transpose = new("transpose", "int");
    internal static readonly Op t = new("t");
    internal static readonly Op unsqueeze = new("unsqueeze");
    internal static readonly Op squeeze = new("squeeze");
    internal static readonly Op squeeze_dim = new("squeeze", "dim");
    internal static readonly Op expand = new("expand");
    internal static readonly Op expand_as = new("expand_as");
    internal static readonly Op repeat = new("repeat");
    internal static readonly Op narrow = new("narrow");
    internal static readonly Op slice = new("slice", "Tensor");
    internal static readonly Op select = new("select", "int");
    internal static readonly Op index_select = new("index_select");
    internal static readonly Op gather = new("gather");
    internal static readonly Op scatter_ = new("scatter_", "src");
    internal static readonly Op index = new("index", "Tensor");
    internal static readonly Op index_put_ = new("index_put_");
    internal static readonly Op flip = new("flip");
    internal static readonly Op roll = new("roll");
    internal static readonly Op clone = new("clone");
    internal static readonly Op contiguous = new("contiguous");
    internal static readonly Op detach = new("detach");
    internal static readonly Op detach_ = new("detach_");
    internal static readonly Op to_dtype = new("to", "dtype");
    internal static readonly Op to_device = new("to", "device");
    internal static readonly Op copy_ = new("copy_");

    // Networks
    internal static readonly Op conv2d = new("conv2d");
    internal static readonly Op batch_norm = new("batch_norm");
    internal static readonly Op linear = new("linear");
    internal static readonly Op avg_pool2d = new("avg_pool2d");
    internal static readonly Op adaptive_avg_pool2d = new("adaptive_avg_pool2d");
    internal static readonly Op max_pool2d = new("max_pool2d");
    internal static readonly Op dropout = new("dropout");
    internal static readonly Op dropout_ = new("dropout_");
    internal static readonly Op cross_entropy_loss = new("cross_entropy_loss");
    internal static readonly Op nll_loss_nd = new("nll_loss_nd");
    internal static readonly Op kl_div = new("kl_div");
    internal static readonly Op mse_loss = new("mse_loss");
    internal static readonly Op constant_pad_nd = new("constant_pad_nd");
    internal static readonly Op reflection_pad2d = new("reflection_pad2d");
    internal static readonly Op replication_pad2d = new("replication_pad2d");
    internal static readonly Op one_hot = new("one_hot");
}

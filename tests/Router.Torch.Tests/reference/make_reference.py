"""Writes what PyTorch computes, for the tests to compare with: reference.json and module.pt beside this file.

Run with the PyTorch whose numbers are wanted (written with 1.13):  python3 make_reference.py
Inputs come from a formula that the tests repeat: element i of formula(shape, seed) is ((37 i + 11 seed) mod 101 - 50) / 25.
"""
import json
import math
import os

import torch
import torch.nn.functional as F

HERE = os.path.dirname(os.path.abspath(__file__))
reference = {}


def formula(shape, seed, dtype=torch.float32):
    count = math.prod(shape)
    return ((37 * torch.arange(count, dtype=torch.float64) + 11 * seed) % 101 - 50).div(25).reshape(shape).to(dtype)


def plain(tensor):
    tensor = tensor.detach()
    values = (tensor.to(torch.float64) if tensor.dtype != torch.int64 else tensor).flatten().tolist()
    return {"shape": list(tensor.shape), "values": [v if math.isfinite(v) else str(v) for v in values]}


def group(name, **tensors):
    reference[name] = {key: plain(value) for key, value in tensors.items()}


def elementwise():
    x, y = formula((3, 4), 1), formula((3, 4), 2)
    positive, small = x.abs() + 0.1, x / 2.5
    group(
        "arithmetic",
        add=x + y, add_alpha=torch.add(x, y, alpha=2.5), add_scalar=x + 1.5, sub=x - y, sub_scalar=x - 0.5, rsub=3 - x, mul=x * y, mul_scalar=x * 3,
        div=x / (y + 3), div_scalar=x / 4, rdiv=2 / (x + 5), div_floor=torch.div(x, 0.3, rounding_mode="floor"), div_trunc=torch.div(x, y + 3, rounding_mode="trunc"),
        remainder=torch.remainder(x, 0.7), pow=positive ** y, pow_scalar=x ** 3, addcmul=torch.addcmul(x, x, y, value=0.5),
        addcdiv=torch.addcdiv(x, x, y + 3, value=-0.5), matmul=x @ y.t(), broadcast=x + y[0],
    )
    group(
        "pointwise",
        neg=-x, abs=x.abs(), sign=x.sign(), square=x.square(), sqrt=positive.sqrt(), rsqrt=positive.rsqrt(), reciprocal=positive.reciprocal(), exp=x.exp(),
        log=positive.log(), floor=x.floor(), round=x.round(), erf=x.erf(), erfinv=(small / 1.1).erfinv(), sigmoid=x.sigmoid(), tanh=x.tanh(), relu=x.relu(),
        softmax=x.softmax(1), softmax_double=x.softmax(0, dtype=torch.float64), log_softmax=x.log_softmax(1), clamp=x.clamp(-1, 0.5), clamp_max=x.clamp(max=0),
        clamp_tensor=x.clamp(min=y), minimum=x.minimum(y), maximum=x.maximum(y),
    )
    odd = torch.tensor([1.0, float("nan"), float("inf"), -float("inf"), 0.0])
    z = torch.where(x > 0, x, y)
    group(
        "comparison",
        isfinite=odd.isfinite(), isnan=odd.isnan(), eq=x == z, eq_scalar=x == x[0, 0].item(), ne=x != z, ne_scalar=x != x[0, 0].item(), gt=x > y, gt_scalar=x > 0.5,
        ge=x >= y, ge_scalar=x >= x[1, 1].item(), lt=x < y, lt_scalar=x < 0.5, le=x <= y, le_scalar=x <= x[1, 1].item(), logical_and=(x > 0).logical_and(y > 0),
        logical_or=(x > 0).logical_or(y > 0), logical_not=(x > 0).logical_not(), where=z, masked_fill=x.masked_fill(y > 0, -7),
    )


def reductions_and_shapes():
    x = formula((2, 3, 4), 3)
    mask = x > 0
    group(
        "reduction",
        sum=x.sum(), sum_dim=x.sum(1), sum_dims=x.sum((0, 2), keepdim=True), sum_double=x.sum(2, dtype=torch.float64), mean=x.mean(), mean_dims=x.mean((0, 2)),
        var=x.var(1), var_biased=x.var((0, 2), unbiased=False), std=x.std(1, keepdim=True), amax=x.amax((0, 2)), amin=x.amin((1,)), max=x.max(), min=x.min(),
        max_values=x.max(1)[0], max_indices=x.max(1)[1], min_values=x.min(2, keepdim=True)[0], min_indices=x.min(2, keepdim=True)[1], argmax=x.argmax(),
        argmax_dim=x.argmax(1), argmin=x.argmin(), argmin_dim=x.argmin(2, keepdim=True), any=mask.any(), any_dim=mask.any(2), all=mask.all(), all_dim=mask.all(1),
        norm=x.norm(), norm_1=x.norm(1), norm_inf=x.norm(float("inf")), norm_dim=x.norm(2, 1), logsumexp=x.logsumexp(2), cumsum=x.cumsum(1),
        sorted=x.sort(1, descending=True)[0], sorted_indices=x.sort(1, descending=True)[1], argsort=x.argsort(2), topk=x.topk(2, 1)[0], topk_indices=x.topk(2, 1)[1],
    )
    places = torch.tensor([2, 0])
    group(
        "shape",
        view=x.view(6, 4), reshape=x.transpose(0, 1).reshape(3, -1), flatten=x.flatten(1), permute=x.permute(2, 0, 1), transpose=x.transpose(1, 2), unsqueeze=x.unsqueeze(1),
        squeeze=x[:, :1].squeeze(), squeeze_dim=x[:, :1].squeeze(1), expand=x[:, :1].expand(2, 5, 4), repeat=x[0].repeat(2, 1), narrow=x.narrow(1, 1, 2),
        slice=x[:, 0:3:2], select=x.select(1, 2), index_select=x.index_select(1, places), gather=x.gather(1, x.argsort(1)), flip=x.flip(0, 2), roll=x.roll(1, 2),
        roll_flat=x.roll(3), roll_pair=x.roll((1, -1), (1, 2)), cat=torch.cat([x, x + 1], 1), stack=torch.stack([x, x + 1], 2),
        scatter=torch.zeros(2, 3, 4).scatter_(1, x.argsort(1), x), one_hot=F.one_hot(torch.tensor([0, 3, 1]), 4),
    )
    written = x.clone()
    written[1, 1:, ::2] = 9
    masked = x.clone()
    masked[mask] = 0
    group(
        "index",
        one=x[1], two=x[1, 2], range=x[:, 1:, :-1], step=x[..., ::2], ellipsis=x[..., 1], new=x[:, None, 1], tensor=x[:, places], pair=x[torch.tensor([0, 1]), places],
        mask=x[mask], row_mask=x[mask[:, :, 0]], written=written, masked=masked,
    )
    group(
        "factory",
        arange=torch.arange(5), arange_step=torch.arange(0, 1, 0.25), eye=torch.eye(2, 3), full=torch.full((2, 2), 1.5), to_int=x.to(torch.int64), to_byte=(x.abs() * 50).to(torch.uint8),
        to_bool=x.to(torch.bool), to_half=x.half(), to_bfloat16=x.bfloat16(),
    )


def with_gradients(name, function, **inputs):
    """The value of function and the gradients of sum(value * weights) by every floating input."""
    leaves = {key: value.clone().requires_grad_() for key, value in inputs.items()}
    value = function(**leaves)
    (value * formula(value.shape, 77)).sum().backward()
    group(name, value=value, **{"grad_" + key: leaf.grad for key, leaf in leaves.items()})


def layers():
    x, w, b = formula((2, 4, 6, 6), 4), formula((4, 4, 3, 3), 5), formula((4,), 6)
    with_gradients("conv2d", lambda x, w, b: F.conv2d(x, w, b, padding=1), x=x, w=w, b=b)
    with_gradients("conv2d_strided", lambda x, w: F.conv2d(x, w, None, stride=2, padding=(1, 0)), x=x, w=w)
    with_gradients("conv2d_grouped", lambda x, w: F.conv2d(x, w, None, dilation=2, groups=2), x=x, w=w[:, :2].contiguous())
    mean, var = formula((4,), 7), formula((4,), 8).abs() + 0.5
    scale, shift = formula((4,), 9), formula((4,), 10)
    with_gradients("batch_norm_eval", lambda x, w, b: F.batch_norm(x, mean, var, w, b), x=x, w=scale, b=shift)
    running_mean, running_var = mean.clone(), var.clone()
    with_gradients("batch_norm_train", lambda x, w, b: F.batch_norm(x, running_mean, running_var, w, b, training=True, momentum=0.3, eps=1e-3), x=x, w=scale, b=shift)
    group("batch_norm_running", mean=running_mean, var=running_var)
    with_gradients("linear", lambda x, w, b: F.linear(x, w, b), x=formula((3, 5), 11), w=formula((4, 5), 12), b=b)
    with_gradients("avg_pool2d", lambda x: F.avg_pool2d(x, 3, 2, 1), x=x)
    with_gradients("adaptive_avg_pool2d", lambda x: F.adaptive_avg_pool2d(x, 1), x=x)
    with_gradients("max_pool2d", lambda x: F.max_pool2d(x, 2), x=x)
    with_gradients("relu", lambda x: F.relu(x), x=x)
    with_gradients("log_softmax", lambda x: F.log_softmax(x, 1), x=x)
    with_gradients("pad", lambda x: F.pad(x, (1, 2, 0, 1), value=0.5), x=x)
    with_gradients("pad_reflect", lambda x: F.pad(x, (1, 2, 2, 1), mode="reflect"), x=x)
    # bfloat16 rounds after every operation, in an order that is the library's own: the tests compare loosely
    half = torch.bfloat16
    group("bfloat16", conv2d=F.conv2d(x.to(half), w.to(half), padding=1), add=x.to(half) + x.to(half).flip(0), linear=F.linear(formula((3, 5), 11).to(half), formula((4, 5), 12).to(half)))


def losses():
    logits, classes = formula((5, 4), 13), torch.tensor([0, 3, 1, 2, 3])
    soft, weight = formula((5, 4), 14).softmax(1), formula((4,), 15).abs() + 0.1
    holed = torch.tensor([0, -100, 1, 2, -100])
    with_gradients("cross_entropy", lambda x: F.cross_entropy(x, classes), x=logits)
    with_gradients("cross_entropy_sum", lambda x: F.cross_entropy(x, classes, reduction="sum"), x=logits)
    with_gradients("cross_entropy_none", lambda x: F.cross_entropy(x, classes, weight, reduction="none"), x=logits)
    with_gradients("cross_entropy_holed", lambda x: F.cross_entropy(x, holed), x=logits)
    with_gradients("cross_entropy_smoothed", lambda x: F.cross_entropy(x, classes, label_smoothing=0.1), x=logits)
    with_gradients("cross_entropy_soft", lambda x: F.cross_entropy(x, soft), x=logits)
    with_gradients("nll_loss", lambda x: F.nll_loss(x.log_softmax(1), classes, weight), x=logits)
    with_gradients("kl_div", lambda x: F.kl_div(x.log_softmax(1), soft, reduction="sum"), x=logits)
    with_gradients("kl_div_log", lambda x: F.kl_div(x.log_softmax(1), soft.log(), reduction="batchmean", log_target=True) / 4, x=logits)
    with_gradients("mse_loss", lambda x: F.mse_loss(x, soft), x=logits)
    x = formula((6,), 16).requires_grad_()
    first, = torch.autograd.grad((x ** 3).sum(), x, create_graph=True)
    second, = torch.autograd.grad(first.sum(), x)
    group("grad", first=first, second=second)


def randomness():
    torch.manual_seed(5)
    drawn = dict(randn=torch.randn(5), randn_many=torch.randn(4, 9), rand=torch.rand(6), randint=torch.randint(3, 50, (7,)), randperm=torch.randperm(9))
    drawn.update(normal_=torch.empty(6).normal_(1, 2), uniform_=torch.empty(6).uniform_(-1, 3), dropout=F.dropout(torch.ones(12), 0.4))
    drawn.update(randn_like=torch.randn_like(torch.zeros(3)), rand_like=torch.rand_like(torch.zeros(3)))
    drawn.update(
        kaiming_normal=torch.nn.init.kaiming_normal_(torch.empty(4, 3, 3, 3), mode="fan_out", nonlinearity="relu"),
        kaiming_uniform=torch.nn.init.kaiming_uniform_(torch.empty(4, 6), a=math.sqrt(5)),
    )
    group("random", **drawn)
    own = torch.Generator().manual_seed(6)
    group("generator", randn=torch.randn(5, generator=own), rand=torch.rand(6, generator=own), normal_=torch.empty(4).normal_(generator=own), randperm=torch.randperm(5, generator=own))


def training():
    def trajectory(make, steps=12):
        w = formula((3, 4), 17).requires_grad_()
        optimizer, path = make([w]), []
        for t in range(steps):
            optimizer.zero_grad()
            ((w @ formula((4, 2), 18 + t)).tanh() - formula((3, 2), 40)).square().sum().backward()
            optimizer.step()
            path.append(w.detach().clone())
        return torch.stack(path)

    group(
        "trajectory",
        sgd=trajectory(lambda p: torch.optim.SGD(p, 0.1)),
        sgd_momentum=trajectory(lambda p: torch.optim.SGD(p, 0.05, momentum=0.9, weight_decay=1e-2)),
        sgd_nesterov=trajectory(lambda p: torch.optim.SGD(p, 0.05, momentum=0.9, weight_decay=1e-2, nesterov=True)),
        sgd_dampened=trajectory(lambda p: torch.optim.SGD(p, 0.05, momentum=0.8, dampening=0.2)),
        sgd_maximize=trajectory(lambda p: torch.optim.SGD(p, 0.01, momentum=0.5, maximize=True)),
        adamw=trajectory(lambda p: torch.optim.AdamW(p, 0.05, weight_decay=0.01)),
        adamw_amsgrad=trajectory(lambda p: torch.optim.AdamW(p, 0.05, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1, amsgrad=True)),
    )

    def schedule(make, steps=30, momentum=0.9):
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], 0.4, momentum=momentum)
        scheduler, rates = make(optimizer), []
        for _ in range(steps):
            rates.append([optimizer.param_groups[0]["lr"], optimizer.param_groups[0]["momentum"]])
            optimizer.step()
            scheduler.step()
        return torch.tensor(rates, dtype=torch.float64)

    S = torch.optim.lr_scheduler
    group(
        "schedule",
        step=schedule(lambda o: S.StepLR(o, 7, 0.3)), multi_step=schedule(lambda o: S.MultiStepLR(o, [5, 12, 20], 0.2)),
        cosine=schedule(lambda o: S.CosineAnnealingLR(o, 10, 0.01)), cosine_long=schedule(lambda o: S.CosineAnnealingLR(o, 30)),
        one_cycle=schedule(lambda o: S.OneCycleLR(o, 0.5, total_steps=31)),
        one_cycle_linear=schedule(lambda o: S.OneCycleLR(o, 0.5, epochs=4, steps_per_epoch=8, anneal_strategy="linear", pct_start=0.4, cycle_momentum=False)),
        one_cycle_three=schedule(lambda o: S.OneCycleLR(o, 0.5, total_steps=31, three_phase=True, div_factor=10, final_div_factor=100)),
    )

    a, b = formula((3,), 50).requires_grad_(), formula((2, 2), 51).requires_grad_()
    a.grad, b.grad = formula((3,), 52), formula((2, 2), 53)
    norm = torch.nn.utils.clip_grad_norm_([a, b], 1.0)
    group("clip", norm=norm, a=a.grad, b=b.grad)


class Small(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(3, 4, 3, padding=1, bias=False)
        self.norm = torch.nn.BatchNorm2d(4)
        self.drop = torch.nn.Dropout(0.5)
        self.head = torch.nn.Linear(4, 5)

    def forward(self, x):
        if x.shape[1] != 3:
            raise ValueError("this module wants three channels")
        x = torch.relu(self.norm(self.conv(x))).mean(dim=[2, 3])
        return self.head(self.drop(x))


def script():
    torch.manual_seed(9)
    module = torch.jit.script(Small())
    module.save(os.path.join(HERE, "module.pt"))
    group("module", eval=module.eval()(formula((2, 3, 6, 6), 60)))


elementwise()
reductions_and_shapes()
layers()
losses()
randomness()
training()
script()
with open(os.path.join(HERE, "reference.json"), "w") as out:
    json.dump({"torch": torch.__version__, **reference}, out, separators=(",", ":"))
    out.write("\n")

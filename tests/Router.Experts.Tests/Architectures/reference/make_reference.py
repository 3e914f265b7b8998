#!/usr/bin/env python3
"""Writes what PyTorch answers for networks whose weights follow a formula, so that a test can rebuild the weights and
compare.

One JSON file per network beside this script. Nothing random, nothing downloaded: run it again and the files are the
same up to the last bits of float32 arithmetic. Made with PyTorch 1.13 (any later version will do).
"""
import json
import math
import pathlib

import numpy as np
import torch
from torch import nn

FORMULA = (
    "Tensor t (position in 'tensors', from 0), element i (row-major, from 0): "
    "h = (7919 i + 104729 t + 12345) mod 65521 in int64; "
    "v = h / 65521 - 0.5 in float64; then by kind, in float64, cast to float32 last: "
    "conv: v * (2 * sqrt(3) * sqrt(2 / fanIn)) with fanIn = shape[1] * shape[2] * shape[3]; "
    "fcWeight: v * (2 * sqrt(3) / sqrt(shape[1])); "
    "fcBias, bnBias, runningMean: 0.2 v; bnWeight: 1 + 0.2 v; "
    "lastBnWeight (the last batch norm of a residual branch): 0.25 (1 + 0.2 v); "
    "runningVar: 1 + 0.5 v. num_batches_tracked is left out."
)
INPUTS = "Input k (from 0), flat index i over 'inputShape': ((37 i + 11 k) mod 256) / 255 in float64, cast to float32."


class BasicBlock(nn.Module):
    last_norm = "bn2"

    def __init__(self, planes_in, planes, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(planes_in, planes, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.downsample = projection(planes_in, planes, stride)

    def forward(self, x):
        y = torch.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        return torch.relu(y + (x if self.downsample is None else self.downsample(x)))


class Bottleneck(nn.Module):
    """torchvision's: the stride sits on the 3x3 convolution, not on the first 1x1 as in the paper."""

    last_norm = "bn3"

    def __init__(self, planes_in, planes, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(planes_in, planes, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(planes, 4 * planes, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(4 * planes)
        self.downsample = projection(planes_in, 4 * planes, stride)

    def forward(self, x):
        y = torch.relu(self.bn1(self.conv1(x)))
        y = torch.relu(self.bn2(self.conv2(y)))
        y = self.bn3(self.conv3(y))
        return torch.relu(y + (x if self.downsample is None else self.downsample(x)))


def projection(planes_in, planes_out, stride):
    if stride == 1 and planes_in == planes_out:
        return None
    return nn.Sequential(nn.Conv2d(planes_in, planes_out, 1, stride, bias=False), nn.BatchNorm2d(planes_out))


class CifarResNet(nn.Module):
    """Depth 6n + 2, widths 16, 32, 64: He et al. 2016, section 4.2, with projections where the shape changes.

    widen: times as many channels. sigma: the value of a fourth input channel.
    """

    def __init__(self, depth, classes, hidden=None, widen=1, sigma=None):
        super().__init__()
        n = (depth - 2) // 6
        a, b, c = 16 * widen, 32 * widen, 64 * widen
        self.sigma = sigma
        self.conv1 = nn.Conv2d(3 if sigma is None else 4, a, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(a)
        self.layer1 = nn.Sequential(BasicBlock(a, a, 1), *(BasicBlock(a, a, 1) for _ in range(n - 1)))
        self.layer2 = nn.Sequential(BasicBlock(a, b, 2), *(BasicBlock(b, b, 1) for _ in range(n - 1)))
        self.layer3 = nn.Sequential(BasicBlock(b, c, 2), *(BasicBlock(c, c, 1) for _ in range(n - 1)))
        self.fc = nn.Linear(c, classes) if hidden is None else nn.Sequential(
            nn.Linear(c, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, classes))

    def forward(self, x):
        if self.sigma is not None:
            x = torch.cat([x, torch.full_like(x[:, :1], self.sigma)], 1)
        x = torch.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.fc(torch.flatten(nn.functional.avg_pool2d(x, 8), 1))


class ResNet50(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        planes_in = 64
        for layer, (planes, blocks) in enumerate([(64, 3), (128, 4), (256, 6), (512, 3)], start=1):
            first = Bottleneck(planes_in, planes, 1 if layer == 1 else 2)
            rest = (Bottleneck(4 * planes, planes, 1) for _ in range(blocks - 1))
            setattr(self, f"layer{layer}", nn.Sequential(first, *rest))
            planes_in = 4 * planes
        self.fc = nn.Linear(2048, classes)

    def forward(self, x):
        x = torch.relu(self.bn1(self.conv1(x)))
        x = nn.functional.max_pool2d(x, 3, 2, 1)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(torch.flatten(nn.functional.adaptive_avg_pool2d(x, 1), 1))


def kinds(net):
    """Name of each tensor of the state dict, in its order, and what the formula takes it for."""
    last = {f"{name}.{m.last_norm}" for name, m in net.named_modules() if isinstance(m, (BasicBlock, Bottleneck))}
    modules = dict(net.named_modules())
    for name, tensor in net.state_dict().items():
        owner, leaf = name.rsplit(".", 1)
        module = modules[owner]
        if leaf == "num_batches_tracked":
            continue
        if isinstance(module, nn.Conv2d):
            kind = "conv"
        elif isinstance(module, nn.Linear):
            kind = "fcWeight" if leaf == "weight" else "fcBias"
        else:
            kind = {"weight": "lastBnWeight" if owner in last else "bnWeight", "bias": "bnBias",
                    "running_mean": "runningMean", "running_var": "runningVar"}[leaf]
        yield name, tuple(tensor.shape), kind


def weights(t, shape, kind):
    i = np.arange(math.prod(shape), dtype=np.int64)
    v = (i * 7919 + t * 104729 + 12345) % 65521 / 65521 - 0.5
    values = {
        "conv": lambda: v * (2 * math.sqrt(3) * math.sqrt(2 / math.prod(shape[1:]))),
        "fcWeight": lambda: v * (2 * math.sqrt(3) / math.sqrt(shape[1])),
        "fcBias": lambda: 0.2 * v,
        "bnBias": lambda: 0.2 * v,
        "runningMean": lambda: 0.2 * v,
        "bnWeight": lambda: 1 + 0.2 * v,
        "lastBnWeight": lambda: 0.25 * (1 + 0.2 * v),
        "runningVar": lambda: 1 + 0.5 * v,
    }[kind]()
    return torch.from_numpy(values.astype(np.float32).reshape(shape))


def pattern(k, shape):
    i = np.arange(math.prod(shape), dtype=np.int64)
    return torch.from_numpy(((i * 37 + k * 11) % 256 / 255).astype(np.float32).reshape(shape))


def write(file, architecture, net, classes, shape, keep=None):
    tensors = list(kinds(net))
    net.load_state_dict({name: weights(t, size, kind) for t, (name, size, kind) in enumerate(tensors)}, strict=False)
    net.eval()
    inputs = torch.stack([pattern(k, shape) for k in range(2)])
    with torch.no_grad():
        logits = net(inputs)
        exact = net.double()(inputs.double())
    assert torch.isfinite(logits).all() and logits.abs().max() < 50, f"{file}: logits up to {logits.abs().max()}"
    document = {
        "architecture": architecture,
        "classes": classes,
        "torch": torch.__version__,
        "inputLayer": "none",
        "formula": FORMULA,
        "inputs": INPUTS,
        "inputShape": list(shape),
        "tensors": [{"name": name, "shape": list(size), "kind": kind} for name, size, kind in tensors],
        "logits": logits[:, :keep].tolist(),
    }
    if keep is not None:
        document["logitsNote"] = (
            f"the first {keep} of {classes} per input; logitsSum: the sum of all of them, in float64")
        document["logitsSum"] = logits.double().sum(1).tolist()
    path = pathlib.Path(__file__).with_name(file)
    path.write_text(json.dumps(document, separators=(",", ":")) + "\n")
    print(f"{file}: {path.stat().st_size} bytes, {len(tensors)} tensors, "
          f"logits {logits.min():.3f}..{logits.max():.3f}, "
          f"float32 against float64: {(logits - exact).abs().max():.1e}, "
          f"between the inputs: {(logits[0] - logits[1]).abs().max():.3f}")


if __name__ == "__main__":
    torch.set_num_threads(1)
    write("cifar_resnet20.json", "cifar_resnet20", CifarResNet(20, 10), 10, (3, 32, 32))
    write("cifar_resnet20_4_classes.json", "cifar_resnet20", CifarResNet(20, 4), 4, (3, 32, 32))
    write("cifar_resnet20_mlp128.json", "cifar_resnet20_mlp128", CifarResNet(20, 4, hidden=128), 4, (3, 32, 32))
    write("cifar_resnet110.json", "cifar_resnet110", CifarResNet(110, 10), 10, (3, 32, 32))
    write("cifar_resnet14_x2.json", "cifar_resnet14_x2", CifarResNet(14, 10, widen=2), 10, (3, 32, 32))
    write("cifar_resnet14_sigma.json", "cifar_resnet14_sigma", CifarResNet(14, 10, sigma=0.25), 10, (3, 32, 32))
    write("resnet50.json", "resnet50", ResNet50(1000), 1000, (3, 64, 64), keep=50)

"""Writes what PyTorch computes when it trains the bundled σ = 0.25 expert on six rendered images: reference.json beside
this file.

Run with python3 (PyTorch 1.13 or newer, NumPy).
Pixels: value(b, c, y, x) = ((131 b + 71 c + 17 y + 29 x) mod 256)/255; label b mod 10.
"""
import json
import os

import numpy
import torch
import torch.nn.functional as F
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))
WEIGHTS = os.path.join(HERE, "..", "..", "..", "..", "models", "cifar10", "noise_0.25.safetensors")


def read_safetensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    kinds = {"F32": numpy.float32, "I64": numpy.int64}
    return {
        name: torch.from_numpy(numpy.frombuffer(
            data[slice(*entry["data_offsets"])], kinds[entry["dtype"]]).reshape(entry["shape"]).copy())
        for name, entry in header.items() if name != "__metadata__"
    }


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs)
        self.conv2, self.bn2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs)
        self.downsample = nn.Sequential(
            nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)) if inputs != outputs else None

    def forward(self, x):
        shortcut = x if self.downsample is None else self.downsample(x)
        return F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))) + shortcut)


class ResNet20(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16)
        width = 16
        for stage in (1, 2, 3):
            outputs = 8 << stage
            setattr(self, f"layer{stage}", nn.Sequential(*(
                Block(width if b == 0 else outputs, outputs, outputs // width if b == 0 else 1) for b in range(3))))
            width = outputs
        self.fc = nn.Linear(64, 10)

    def forward(self, x):
        mean, sd = torch.tensor([.4914, .4822, .4465]), torch.tensor([.2023, .1994, .2010])
        x = (x - mean.to(x).view(1, 3, 1, 1)) / sd.to(x).view(1, 3, 1, 1)
        x = F.relu(self.bn1(self.conv1(x)))
        return self.fc(self.layer3(self.layer2(self.layer1(x))).mean((2, 3)))


net = ResNet20()
state = read_safetensors(WEIGHTS)
missing, unexpected = net.load_state_dict(state, strict=False)
assert not unexpected and all(name.endswith("num_batches_tracked") for name in missing), (missing, unexpected)
net = net.double()
b, c, y, x = torch.meshgrid(*(torch.arange(n) for n in (6, 3, 32, 32)), indexing="ij")
pixels, labels = ((131 * b + 71 * c + 17 * y + 29 * x) % 256).double() / 255, torch.arange(6) % 10
net.eval()
inference = net(pixels)
net.train()
logits = net(pixels)
loss = F.cross_entropy(logits, labels)
loss.backward()
named = dict(net.named_parameters())
reference = {
    "inference": inference.flatten().tolist(),
    "logits": logits.flatten().tolist(),
    "loss": loss.item(),
    "gradients": {name: named[name].grad.flatten().tolist() for name in (
        "conv1.weight", "layer2.0.downsample.1.weight", "layer3.2.bn2.bias", "fc.weight")},
    "statistics": {name: net.state_dict()[name].flatten().tolist() for name in (
        "bn1.running_mean", "layer3.2.bn2.running_var")},
}
with open(os.path.join(HERE, "reference.json"), "w") as file:
    json.dump(reference, file)

"""The peer's half:
Cohen et al.'s CIFAR network, its checkpoints as published, a test image, and plain sampling in eager PyTorch.
"""
import os
import pathlib
import sys

import numpy as np
import torch
from torch import nn

ROOT = pathlib.Path(__file__).resolve().parents[2]
MEAN, SD = (0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010)


class BasicBlock(nn.Module):
    def __init__(self, planes_in, planes, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(planes_in, planes, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.downsample = None
        if stride != 1 or planes_in != planes:
            self.downsample = nn.Sequential(nn.Conv2d(planes_in, planes, 1, stride, bias=False), nn.BatchNorm2d(planes))

    def forward(self, x):
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        y += x if self.downsample is None else self.downsample(x)
        return self.relu(y)


class CifarResNet(nn.Module):
    """cifar_resnet20, cifar_resnet110, …: depth 6n + 2, widths 16, 32, 64."""

    def __init__(self, depth, classes):
        super().__init__()
        n = (depth - 2) // 6
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.relu = nn.ReLU(inplace=True)
        self.layer1 = nn.Sequential(*(BasicBlock(16, 16, 1) for _ in range(n)))
        self.layer2 = nn.Sequential(BasicBlock(16, 32, 2), *(BasicBlock(32, 32, 1) for _ in range(n - 1)))
        self.layer3 = nn.Sequential(BasicBlock(32, 64, 2), *(BasicBlock(64, 64, 1) for _ in range(n - 1)))
        self.avgpool = nn.AvgPool2d(8)
        self.fc = nn.Linear(64, classes)

    def forward(self, x):
        x = self.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.fc(torch.flatten(self.avgpool(x), 1))


class Standardize(nn.Module):
    """The input layer: plain tensors, no buffers, so a checkpoint has no `0.*` keys."""

    def __init__(self):
        super().__init__()
        self.mean = torch.tensor(MEAN).view(1, 3, 1, 1)
        self.sd = torch.tensor(SD).view(1, 3, 1, 1)

    def forward(self, x):
        return (x - self.mean) / self.sd


def load(checkpoint):
    """The classifier of a checkpoint.pth.tar. It unpickles: only for files you trust."""
    content = torch.load(checkpoint, map_location="cpu")
    arch, state = content["arch"], content["state_dict"]
    if not arch.startswith("cifar_resnet"):
        sys.exit(f"{checkpoint}: architecture {arch}; this comparison knows cifar_resnet20, cifar_resnet110, …")
    strange = [name for name in state if not name.startswith("1.")]
    if strange:
        sys.exit(f"{checkpoint}: tensor {strange[0]} lacks the prefix '1.'")
    net = CifarResNet(int(arch[len("cifar_resnet"):]), state["1.fc.bias"].numel())
    net.load_state_dict({name[2:]: tensor for name, tensor in state.items()})
    return nn.Sequential(Standardize(), net).eval()


def test_image(index):
    """CIFAR-10 test image as float32 [3,32,32] in [0,1] and where it came from; a pattern where the data set is
    absent.
    """
    home = os.environ.get("DUALRS_DATA") or pathlib.Path.home() / ".cache" / "dualrs"
    path = pathlib.Path(home) / "cifar-10-batches-bin" / "test_batch.bin"
    if path.exists():
        record = np.fromfile(path, dtype=np.uint8, count=3073, offset=3073 * index)
        pixels, origin = record[1:], f"CIFAR-10 test image {index}"
    else:
        pixels, origin = (np.arange(3072) * 37 % 256).astype(np.uint8), "pattern (37 i mod 256)"
    return torch.from_numpy(pixels.astype(np.float32) / np.float32(255)).view(3, 32, 32), origin


def count_votes(classifier, x, sigma, n, batch, classes):
    """Votes of the classifier on n draws of x + N(0, sigma²), taken in batches:
    the sampling loop of CERTIFY and PREDICT.
    """
    counts = np.zeros(classes, dtype=np.int64)
    with torch.no_grad():
        left = n
        while left > 0:
            size = min(batch, left)
            left -= size
            copies = x.repeat(size, 1, 1, 1)
            noisy = copies + torch.randn_like(copies) * sigma
            votes = classifier(noisy).argmax(1)
            counts += np.bincount(votes.numpy(), minlength=classes)
    return counts


def settings():
    """What may change speed or bits, for the log beside a number."""
    blas = {name: value for name, value in sorted(os.environ.items())
            if name.startswith(("OPENBLAS_", "OMP_", "MKL_", "DNNL_", "ONEDNN_", "MALLOC_"))}
    return (f"torch {torch.__version__}, threads {torch.get_num_threads()}, "
            f"cores usable {len(os.sched_getaffinity(0))}, load {os.getloadavg()[0]:.1f}, "
            f"mkldnn {torch.backends.mkldnn.is_available()}, environment {blas or 'nothing set'}")

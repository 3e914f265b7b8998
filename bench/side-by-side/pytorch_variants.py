#!/usr/bin/env python3
"""What makes a forward pass of cifar_resnet20 fast on a CPU: the same network in PyTorch under one change at a time.

Times single forward passes on an already standardized batch, the variants taking turns, and keeps the fastest of each
(without oneDNN, far slower, at the smallest batch only). Two measures: `cpu`, one thread by its own processor time,
which other programs on the machine disturb little, and `wall`, all threads. Votes per second; prints a Markdown table.
"""
import argparse
import copy
import os
import sys
import time
import warnings

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from cohen import ROOT, BasicBlock, load, settings


def folded(net):
    net = copy.deepcopy(net)
    for module in [net, *(m for m in net.modules() if isinstance(m, BasicBlock))]:
        for conv, norm in (("conv1", "bn1"), ("conv2", "bn2")):
            if hasattr(module, conv):
                if hasattr(module, norm):
                    setattr(module, conv, fuse_conv_bn_eval(getattr(module, conv), getattr(module, norm)))
                    setattr(module, norm, nn.Identity())
        if getattr(module, "downsample", None) is not None:
            module.downsample = nn.Sequential(fuse_conv_bn_eval(module.downsample[0], module.downsample[1]))
    return net


def fresh_relu(net):
    net = copy.deepcopy(net)
    for module in net.modules():
        if isinstance(module, nn.ReLU):
            module.inplace = False
    return net


def traced(net, example):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(net, example, check_trace=False)))


class Variant:
    def __init__(self, net, last=False, bf16=False, inference=False, mkldnn=True, jit=False):
        self.layout = torch.channels_last if last else torch.contiguous_format
        self.dtype = torch.bfloat16 if bf16 else torch.float32
        self.net = copy.deepcopy(net).to(dtype=self.dtype, memory_format=self.layout)
        self.mode = torch.inference_mode if inference else torch.no_grad
        self.mkldnn, self.jit, self.programs = mkldnn, jit, {}

    def input(self, x):
        return x.to(dtype=self.dtype, memory_format=self.layout)

    def __call__(self, x):
        with self.mode(), torch.backends.mkldnn.flags(enabled=self.mkldnn):
            if not self.jit:
                return self.net(x)
            if len(x) not in self.programs:
                self.programs[len(x)] = traced(self.net, x)
            return self.programs[len(x)](x)


def variants(net):
    f = folded(net)
    return {
        "eager, no_grad": Variant(net),
        "relu not in place": Variant(fresh_relu(net)),
        "inference_mode": Variant(net, inference=True),
        "channels_last": Variant(net, last=True),
        "bn folded": Variant(f, inference=True),
        "bn folded, channels_last": Variant(f, inference=True, last=True),
        "bn folded, mkldnn off": Variant(f, inference=True, mkldnn=False),
        "bn folded, channels_last, mkldnn off": Variant(f, inference=True, last=True, mkldnn=False),
        "trace + freeze + optimize": Variant(net, jit=True),
        "trace + freeze + optimize, channels_last": Variant(net, jit=True, last=True),
        "bf16": Variant(net, bf16=True),
        "bf16, bn folded": Variant(f, bf16=True, inference=True),
        "bf16, bn folded, channels_last": Variant(f, bf16=True, inference=True, last=True),
        "bf16, trace + freeze + optimize": Variant(net, bf16=True, jit=True),
    }


def clock(measure, run, x):
    start = measure()
    run(x)
    return measure() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkpoint", default=ROOT.parent / "shared" / "models" / "noise_0.25" / "checkpoint.pth.tar")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--batches", type=int, nargs="+", default=[32, 64, 128, 200, 256, 512])
    parser.add_argument("--measures", nargs="+", choices=["cpu", "wall"], default=["cpu", "wall"])
    parser.add_argument("--seconds", type=float, default=120, help="for each of the two measures (default 120)")
    options = parser.parse_args()

    net = load(options.checkpoint)[1]
    candidates = variants(net)
    torch.manual_seed(0)
    inputs = torch.randn(max(options.batches), 3, 32, 32)
    truth = candidates["eager, no_grad"](inputs)
    best = {}
    measures = {"cpu": (1, time.thread_time), "wall": (options.threads, time.perf_counter)}
    for kind in options.measures:
        threads, measure = measures[kind]
        torch.set_num_threads(threads)
        print(f"# {kind}: {settings()}", file=sys.stderr)
        end = time.monotonic() + options.seconds
        rounds, dead = 0, set()
        while rounds < 2 or time.monotonic() < end:
            for name, variant in candidates.items():
                for batch in options.batches:
                    if name in dead or not (variant.mkldnn or batch == options.batches[0]):
                        continue
                    try:
                        x = variant.input(inputs[:batch])
                        seconds = clock(measure, variant, x)
                    except (RuntimeError, AssertionError) as problem:
                        dead.add(name)
                        print(f"# {name}: {str(problem).strip().splitlines()[-1]}", file=sys.stderr)
                        continue
                    key = kind, name, batch
                    if rounds > 0:
                        best[key] = max(best.get(key, 0), batch / seconds)
            rounds += 1
        print(f"# {kind}: {rounds - 1} rounds after one to warm up", file=sys.stderr)
        print(f"\n| {kind}, {threads} thread(s) | {' | '.join(map(str, options.batches))} "
              "| largest difference of logits |")
        print(f"| --- {'| --- ' * len(options.batches)}| --- |")
        for name, variant in candidates.items():
            if name not in dead:
                error = (variant(variant.input(inputs)).float() - truth).abs().max()
                cells = " | ".join(f"{best[kind, name, batch]:.0f}" if (kind, name, batch) in best else ""
                                   for batch in options.batches)
                print(f"| {name} | {cells} | {error:.1e} |", flush=True)


if __name__ == "__main__":
    main()

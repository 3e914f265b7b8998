"""Nanoseconds per value of torch.randn (float32, one thread): the best of 300 rounds, into a tensor of one CIFAR-10
image and of a batch of 200.
"""
import time

import torch

torch.set_num_threads(1)
for shape in ((3, 32, 32), (200, 3, 32, 32)):
    x = torch.empty(shape)
    repeats = 200 * 3072 // x.numel()
    best = float("inf")
    for _ in range(300):
        start = time.perf_counter()
        for _ in range(repeats):
            torch.randn(shape, out=x)
        best = min(best, time.perf_counter() - start)
    print(f"torch {torch.__version__} randn{shape}: {best / repeats / x.numel() * 1e9:.3f} ns/value")

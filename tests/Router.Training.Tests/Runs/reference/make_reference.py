"""Writes what PyTorch's optimizers and schedules do, for OptimizationTests to compare with: reference.json beside it.

Run with the PyTorch whose numbers are wanted (written with 1.13):  python3 make_reference.py
Inputs come from a formula that the tests repeat: element i is ((37 i + 11 seed) mod 101 - 50) / 25.
"""
import json
import math
import os
import textwrap

import torch

HERE = os.path.dirname(os.path.abspath(__file__))


def formula(shape, seed):
    count = math.prod(shape)
    return ((37 * torch.arange(count, dtype=torch.float64) + 11 * seed) % 101 - 50).div(25).reshape(shape).float()


def trajectory(make, steps=12):
    """The weights after every step, one after the other."""
    w = formula((3, 4), 17).requires_grad_()
    optimizer, path = make([w]), []
    for t in range(steps):
        optimizer.zero_grad()
        ((w @ formula((4, 2), 18 + t)).tanh() - formula((3, 2), 40)).square().sum().backward()
        optimizer.step()
        path += w.detach().double().flatten().tolist()
    return path


def schedule(rate, make, steps=30):
    """The learning rate of every step."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], rate, momentum=0.9)
    scheduler, rates = make(optimizer), []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return rates


S = torch.optim.lr_scheduler
reference = {
    "torch": torch.__version__,
    "trajectory": {
        "sgd_momentum": trajectory(lambda p: torch.optim.SGD(p, 0.05, momentum=0.9, weight_decay=1e-2)),
        "adamw": trajectory(lambda p: torch.optim.AdamW(p, 0.05, weight_decay=0.01)),
    },
    "schedule": {
        "multi_step": schedule(0.4, lambda o: S.MultiStepLR(o, [5, 12, 20], 0.2)),
        "cosine_long": schedule(0.4, lambda o: S.CosineAnnealingLR(o, 30)),
        "one_cycle": schedule(0.4, lambda o: S.OneCycleLR(o, 0.5, total_steps=31)),
    },
}
with open(os.path.join(HERE, "reference.json"), "w") as out:
    out.write("\n".join(textwrap.wrap(json.dumps(reference), 118)) + "\n")

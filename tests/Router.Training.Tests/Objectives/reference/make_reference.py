"""Writes what plain PyTorch (float64, autograd) and mpmath compute, for the tests to compare with: reference.json
beside this file.

Run with python3 (PyTorch 1.13 or newer, mpmath). Formulas are written the naive way: probabilities first, then their
logarithms.
"""
import json
import math
import os

import mpmath
import torch
import torch.nn.functional as F

HERE = os.path.dirname(os.path.abspath(__file__))
reference = {}
torch.manual_seed(20260922)


def plain(tensor):
    values = tensor.detach().to(torch.float64).flatten().tolist()
    return {"shape": list(tensor.shape), "values": [v if math.isfinite(v) else str(v) for v in values]}


def record(name, **members):
    reference[name] = {
        key: plain(value) if isinstance(value, torch.Tensor) else value for key, value in members.items()}


def soft_cross_entropy(logits, targets):
    return -(targets * F.softmax(logits, 1).log()).sum(1)


def consistency(logits, copies, lam, eta):
    f = F.softmax(logits, 1).reshape(copies, -1, logits.shape[1])
    mean = f.mean(0)
    divergence = sum((mean * (mean.log() - copy.log())).sum(1) for copy in f) / copies
    return lam * divergence + eta * -(mean * mean.log()).sum(1)


def with_gradient(function, logits, weights):
    """The value of each image and the gradient of Σ weight·value."""
    leaf = logits.clone().requires_grad_()
    value = function(leaf)
    (value * weights).sum().backward()
    return value, leaf.grad


def record_soft_cross_entropy():
    logits, targets, weights = (
        torch.randn(5, 4).double() * 3, F.softmax(torch.randn(5, 4).double(), 1), torch.randn(5).double())
    value, gradient = with_gradient(lambda z: soft_cross_entropy(z, targets), logits, weights)
    record("soft_cross_entropy", logits=logits, targets=targets, weights=weights, value=value, gradient=gradient)


def record_consistency(name, logits, copies, lam, eta):
    weights = torch.randn(logits.shape[0] // copies).double()
    value, gradient = with_gradient(lambda z: consistency(z, copies, lam, eta), logits, weights)
    _, single = with_gradient(lambda z: consistency(z, copies, lam, eta), logits.float(), weights.float())
    record(
        name, logits=logits, copies=copies, lam=lam, eta=eta, weights=weights, value=value, gradient=gradient,
        naive_single_gradient_is_finite=bool(single.isfinite().all()),
    )


def consistency_mp(logits, lam, eta):
    """One image, logits a list of copies; mpmath's exponents have no end."""
    f = [[mpmath.exp(z) / sum(mpmath.exp(y) for y in copy) for z in copy] for copy in logits]
    mean = [sum(column) / len(f) for column in zip(*f)]
    divergence = sum(p * (mpmath.log(p) - mpmath.log(q)) for copy in f for p, q in zip(mean, copy)) / len(f)
    return lam * divergence - eta * sum(p * mpmath.log(p) for p in mean)


def record_far_logits():
    """Logits of ±800: in float64 too, every naive probability but one is 0."""
    mpmath.mp.dps = 60
    lam, eta, copies = 40, 0.5, [[800, -800, 0], [-800, 800, 0]]
    step = mpmath.mpf(10) ** -20
    gradient = []
    for i in range(2):
        for j in range(3):
            ends = []
            for sign in (1, -1):
                moved = [[mpmath.mpf(z) for z in copy] for copy in copies]
                moved[i][j] += sign * step
                ends.append(consistency_mp(moved, lam, eta))
            gradient.append(float((ends[0] - ends[1]) / (2 * step)))
    record(
        "consistency_far", logits=torch.tensor(copies).double(), copies=2, lam=lam, eta=eta,
        weights=torch.ones(1).double(),
        value=torch.tensor([float(consistency_mp(copies, lam, eta))], dtype=torch.float64),
        gradient=torch.tensor(gradient, dtype=torch.float64).reshape(2, 3),
        naive_single_gradient_is_finite=False,
    )


def record_router_loss():
    copies, lam, eta = 2, 40, 0.5
    logits, targets = torch.randn(2 * 6, 3).double() * 2, F.softmax(torch.randn(6, 3).double(), 1)
    balance, stake = torch.rand(6).double() * 2, torch.rand(6).double()
    leaf = logits.clone().requires_grad_()
    loss = 0
    for b in range(6):
        rows = leaf[b::6]
        cross_entropy = soft_cross_entropy(rows, targets[b].repeat(copies, 1)).mean()
        loss = loss + balance[b] * (cross_entropy + stake[b] * consistency(rows, copies, lam, eta)[0]) / 6
    loss.backward()
    record("router_loss", logits=logits, targets=targets, balance=balance, stake=stake, lam=lam, eta=eta,
           value=loss.reshape(1), gradient=leaf.grad)


def record_adversary(name, epsilon, steps, scale):
    """A small network with a hidden layer; every image is attacked alone."""
    images, labels, copies = torch.rand(3, 2, 3, 3).double(), torch.tensor([0, 3, 1]), 4
    hidden, out = torch.randn(7, 18).double(), torch.randn(4, 7).double() * scale
    noise = torch.randn(copies * 3, 2, 3, 3).double() * 0.25
    forward = lambda x: torch.tanh(x.flatten(1) @ hidden.t()) @ out.t()
    loss = lambda at, b: -F.softmax(forward(at + noise[b::3]), 1).mean(0)[labels[b]].log()
    found, losses = [], []
    for b in range(3):
        x, at = images[b], images[b].clone()
        for _ in range(steps):
            at.requires_grad_()
            gradient, = torch.autograd.grad(loss(at, b), at)
            offset = (at.detach() + gradient / gradient.norm() * (2 * epsilon / steps)).clamp(0, 1) - x
            at = x + offset * min(1, epsilon / offset.norm().item())
        found.append(at.detach())
        losses.append(loss(at, b))
    record(
        name, images=images, labels=labels, hidden=hidden, out=out, noise=noise, epsilon=epsilon, steps=steps,
        adversarial=torch.stack(found), loss=torch.stack(losses),
        loss_before=torch.stack([loss(images[b], b) for b in range(3)]),
    )


def record_stay_among_good():
    """Image by image, radius by radius; the second radius counts most, at the last no route is good."""
    copies, images, radii, routes = 2, 5, 4, 3
    logits, chances = torch.randn(copies * images, routes).double() * 3, torch.rand(images, radii, routes).double() ** 3
    chances[0, 0], chances[1, 1], chances[:, 3] = 1, torch.tensor([1.0, 0, 0]), 0
    weights, per_image = torch.tensor([1, 2.5, 0.5, 1]).double(), torch.randn(copies * images).double()

    def lost(z):
        rows = []
        for i, row in enumerate(F.softmax(z, 1)):
            q = chances[i % images]
            rows.append(sum(
                weights[r] * q[r].max() * (torch.log(q[r].max() + 1e-6) - torch.log(((q[r] + 1e-6) * row).sum()))
                for r in range(radii)))
        return torch.stack(rows)

    value, gradient = with_gradient(lost, logits, per_image)
    best = sum(weights[r] * chances[b, r].max() for b in range(images) for r in range(radii)) * copies
    kept = sum(weights[r] * chances[i % images, r, logits[i].argmax()]
               for i in range(copies * images) for r in range(radii)) / best
    record("stay_among_good", logits=logits, chances=chances, radius_weights=weights, weights=per_image,
           value=value, gradient=gradient, kept=kept.reshape(1))


record_soft_cross_entropy()
record_consistency("consistency_of_two", torch.randn(2 * 5, 3).double() * 2, 2, 40, 0.5)
record_consistency("consistency_of_four", torch.randn(4 * 3, 6).double() * 4, 4, 10, 0.5)
record_consistency("consistency_of_one", torch.randn(4, 5).double(), 1, 20, 0.5)
record_consistency("consistency_extreme",
                   torch.tensor([[80.0, -80, 3], [-80, 80, 80], [-80, 80, 0], [80, -80, -80]]).double(), 2, 40, 0.5)
record_far_logits()
record_router_loss()
record_adversary("adversary", epsilon=0.5, steps=4, scale=1)
record_adversary("adversary_one_step", epsilon=0.25, steps=1, scale=3)
record_stay_among_good()
with open(os.path.join(HERE, "reference.json"), "w", encoding="utf-8") as file:
    json.dump(reference, file, separators=(",", ":"))
    file.write("\n")

"""Writes mean_colour.pt, a TorchScript classifier of 3x32x32 images with ten classes, and mean_colour.json, its logits
on probe pattern 0.

Run with the PyTorch whose numbers are wanted (written with 1.13):  python3 make_reference.py
"""
import json
import os

import torch

HERE = os.path.dirname(os.path.abspath(__file__))


class MeanColour(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.head = torch.nn.Linear(3, 10)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.head(images.mean([2, 3]))


torch.manual_seed(1)
network = torch.jit.script(MeanColour().eval())
network.save(os.path.join(HERE, "mean_colour.pt"))
pattern = (37 * torch.arange(3 * 32 * 32) % 256).reshape(1, 3, 32, 32).float() / 255
with open(os.path.join(HERE, "mean_colour.json"), "w") as out:
    json.dump(network(pattern)[0].tolist(), out)
    out.write("\n")

"""Compares two recordings of dualrs votes of the same images, seed and draws (docs/formats.md, section 3)."""

import json
import sys


def read(folder, network):
    with open(f"{folder}/{network}.votes.json", encoding="utf-8") as head:
        recording = json.load(head)
    with open(f"{folder}/{network}.votes", "rb") as votes:
        return recording, votes.read()


def compare(network, folders):
    (floats, a), (integers, b) = (read(folder, network) for folder in folders)
    if floats["seed"] != integers["seed"] or floats["images"] != integers["images"]:
        sys.exit(f"{network}: the recordings are of other images or noise")
    draws = min(floats["draws"], integers["draws"])
    # A router votes for routes, not for classes: right is the one that most votes in float32 have.
    routes = floats["outcomes"] <= max(image["label"] for image in floats["images"])
    votes = equal = right_floats = right_integers = same_class = 0
    for at, image in enumerate(floats["images"]):
        one = a[2 * floats["draws"] * at:][: 2 * draws: 2]
        other = b[2 * integers["draws"] * at:][: 2 * draws: 2]
        votes += draws
        equal += sum(x == y for x, y in zip(one, other))
        most, most_integers = (max(range(floats["outcomes"]), key=drawn.count) for drawn in (one, other))
        right = most if routes else image["label"]
        right_floats += one.count(right)
        right_integers += other.count(right)
        same_class += most == most_integers
    print(f"{network}: int8: {{ votes: {votes}, equal: {equal / votes:.4f}, float32: {right_floats / votes:.4f}, "
          f"accuracy: {right_integers / votes:.4f} }}")
    print(f"# most voted outcome equal on {same_class / len(floats['images']):.4f} of the images")


for name in sys.argv[3:]:
    compare(name, sys.argv[1:3])

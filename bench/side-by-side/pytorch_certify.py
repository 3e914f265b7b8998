#!/usr/bin/env python3
"""How many votes per second a plain eager PyTorch certification loop counts,
in the manner of Cohen, Rosenfeld and Kolter (2019).

Float32 noise by randn per batch, evaluation mode, no gradients, argmax, count. Prints one JSON line on standard output
and the settings it ran under on standard error.
"""
import argparse
import json
import os
import sys
import time

import torch

from cohen import ROOT, count_votes, load, settings, test_image

BATCHES = (50, 100, 128, 200, 256, 400, 500, 1000)


def measure(classifier, x, sigma, n, batch, classes):
    start = time.perf_counter()
    counts = count_votes(classifier, x, sigma, n, batch, classes)
    seconds = time.perf_counter() - start
    assert counts.sum() == n
    return seconds, counts


def best_batch(classifier, x, sigma, classes, n, rounds):
    """Votes per second by batch size: the best of several short runs each, the sizes taking turns so that a busy
    moment of the machine hits all.
    """
    rates = dict.fromkeys(BATCHES, 0.0)
    for _ in range(rounds):
        for batch in BATCHES:
            whole = max(batch, n // batch * batch)
            seconds, _ = measure(classifier, x, sigma, whole, batch, classes)
            rates[batch] = max(rates[batch], whole / seconds)
    return rates


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--checkpoint", default=ROOT.parent / "shared" / "models" / "noise_0.25" / "checkpoint.pth.tar")
    parser.add_argument("--sigma", type=float, default=0.25, help="noise in units of [0,1] pixels (default .25)")
    parser.add_argument("--n", type=int, default=10000, help="samples (default 10000)")
    parser.add_argument("--batch", type=int, default=400, help="samples per forward pass (default 400)")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)), help="default: every usable core")
    parser.add_argument("--image", type=int, default=0, help="index of the CIFAR-10 test image (default 0)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--best", action="store_true",
                        help=f"try batches of {', '.join(map(str, BATCHES))} and report the best")
    parser.add_argument("--rounds", type=int, default=3,
                        help="with --best: runs per size, of which the best counts (default 3)")
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    classifier = load(options.checkpoint)
    x, origin = test_image(options.image)
    classes = classifier[1].fc.out_features
    print(f"# {settings()}; {options.checkpoint}, {origin}, sigma {options.sigma}", file=sys.stderr)

    # First passes allocate and choose kernels.
    count_votes(classifier, x, options.sigma, 2 * options.batch, options.batch, classes)
    result = {}
    batch = options.batch
    if options.best:
        rates = best_batch(classifier, x, options.sigma, classes, min(options.n, 2000), options.rounds)
        batch = max(rates, key=rates.get)
        result["byBatch"] = {str(size): round(rate, 1) for size, rate in rates.items()}
    seconds, counts = measure(classifier, x, options.sigma, options.n, batch, classes)
    result = {"votesPerSecond": round(options.n / seconds, 1), "batch": batch, "threads": options.threads,
              "n": options.n, "seconds": round(seconds, 3), "torch": torch.__version__, **result,
              "counts": counts.tolist()}
    print(json.dumps(result))


if __name__ == "__main__":
    main()

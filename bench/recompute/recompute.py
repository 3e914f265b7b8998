#!/usr/bin/env python3
"""Recomputes a certification run without the program that made it:
certificates from the counts with SciPy, votes with PyTorch.

1. Every row of the log: class, abstention, route, radius and its two parts from the row's counts. A radius may fall
   short of SciPy's by a part of 1e-6 at most and exceed it by no more than 1e-9 of it.
2. Images spread evenly over the log: fresh votes by PyTorch from the same checkpoints, with float Gaussian noise and
   another seed; frequencies compared outcome by outcome, with a false-alarm probability of 1e-4 over all comparisons
   together.

Float noise is not grid noise: the program votes with noise rounded to multiples of 1/255. The rounding adds
1/(12 * 255^2) to the variance, below 1e-4 of it at sigma .12, far less than these tests resolve; --grid rounds here
too. Exit status 1 if anything differs.
"""
import argparse
import os
import pathlib
import sys

from certificate import check, read, read_counts
from frequencies import FALSE_ALARM, alarms, comparisons

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench" / "side-by-side"))


def spread(items, count):
    """`count` of the items at even distances, the first and the last among them."""
    if len(items) <= count:
        return list(items)
    return [items[round(k * (len(items) - 1) / max(1, count - 1))] for k in range(count)]


def recompute(log, counts, routes=None, alpha=None):
    """Every fault of a log as text; none if all its certificates come out of its counts."""
    routes = dict(enumerate(routes or []))
    faults, seen = [], set()
    for row in log:
        idx = int(row["idx"])
        if idx in seen:
            faults.append(f"image {idx}: twice in the log")
        seen.add(idx)
        if idx not in counts:
            faults.append(f"image {idx}: no counts")
            continue
        faults += [f"image {idx}: {fault}" for fault in check(row, counts[idx], routes, alpha)]
    faults += [f"image {idx}: counts, but no row in the log" for idx in counts if idx not in seen]
    return faults


def default_checkpoint(votes):
    models = ROOT.parent / "shared" / "models"
    return models / ("router" if votes.stage == "router" else f"noise_{votes.sigma:.2f}") / "checkpoint.pth.tar"


def revote(images, counts, checkpoints, n, batch, grid, thresholds=None):
    """Comparisons of the recorded votes of each voter of each image with n fresh ones by PyTorch.

    thresholds: theta by voter.
    """
    import torch
    from cohen import count_votes, load, test_image

    def passing(classifier, theta):
        """One outcome more, which has the vote where the largest softmax share is below theta."""
        def logits(x):
            of = classifier(x)
            unsure = torch.softmax(of.double(), 1).amax(1) < theta
            return torch.cat([of, torch.where(unsure, torch.inf, -torch.inf).to(of)[:, None]], 1)
        return logits

    def on_grid(classifier):
        return lambda x: classifier(torch.round(x * 255) / 255)

    classifiers, made = {}, []
    for idx in images:
        x, origin = test_image(idx)
        if not origin.startswith("CIFAR-10"):
            sys.exit("needs CIFAR-10 (cifar-10-batches-bin under ~/.cache/dualrs or DUALRS_DATA)")
        for votes in counts[idx]:
            path = checkpoints.get(votes.id) or default_checkpoint(votes)
            if path not in classifiers:
                if not pathlib.Path(path).exists():
                    sys.exit(f"{votes.stage} {votes.id}: no checkpoint at {path}; "
                             f"name it with --checkpoint {votes.id}=FILE")
                classifiers[path] = load(path)
            classifier = classifiers[path]
            outcomes = classifier[1].fc.out_features
            if outcomes != len(votes.estimation[2]):
                sys.exit(f"image {idx}, {votes.stage} {votes.id}: {len(votes.estimation[2])} outcomes recorded, "
                         f"{outcomes} in {path}")
            theta, passes = (thresholds or {}).get(votes.id, 0.0), votes.passed is not None
            if passes and sum(votes.passed) > 0 and theta == 0:
                sys.exit(f"{votes.stage} {votes.id} passes: say from which confidence on it votes, "
                         f"--pass {votes.id}=THETA")
            seen = on_grid(classifier) if grid else classifier
            fresh = count_votes(passing(seen, theta) if passes else seen, x, votes.sigma, n, batch, outcomes + passes)
            made += comparisons(f"image {idx}, {votes.stage} {votes.id}", votes.pooled, [*fresh.tolist(), 0], passes)
        print(f"# image {idx}: {len(counts[idx])} voters, {n} votes each", file=sys.stderr)
    return made


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("log", help="certification log (tab-separated)")
    parser.add_argument("counts", help="its counts file")
    parser.add_argument("--images", type=int, default=20, help="how many images to vote on again (default 20)")
    parser.add_argument("--n", type=int, default=2000,
                        help="PyTorch's votes per voter and image (default 2000; 0: recompute certificates only)")
    parser.add_argument("--seed", type=int, default=20260, help="PyTorch's own seed")
    parser.add_argument("--batch", type=int, default=200)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--checkpoint", action="append", default=[], metavar="ID=FILE",
                        help="checkpoint.pth.tar of a voter "
                             "(default: ../shared/models/router, and noise_S by an expert's sigma)")
    parser.add_argument("--pass", dest="thresholds", action="append", default=[], metavar="ID=THETA",
                        help="the confidence from which on an expert votes (`pass` in the registry)")
    parser.add_argument("--routes", help="expert ids in the order of the router's outputs, comma-separated "
                                         "(default: any order that never contradicts itself)")
    parser.add_argument("--alpha", type=float, help="failure probability of a whole certificate; "
                                                    "checked against the sum of its rows")
    parser.add_argument("--grid", action="store_true", help="round x + noise to multiples of 1/255 before the network")
    options = parser.parse_args()

    log, counts = read(options.log), read_counts(options.counts)
    if not log:
        sys.exit(f"{options.log}: no rows")
    faults = recompute(log, counts, options.routes.split(",") if options.routes else None, options.alpha)
    abstained = sum(row["predict"] == "-1" for row in log)
    print(f"certificates: {len(log)} recomputed ({abstained} abstentions), {len(faults)} faults")
    print("".join(f"  {fault}\n" for fault in faults), end="")
    if options.n == 0:
        sys.exit(1 if faults else 0)

    import torch
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    images = spread([int(row["idx"]) for row in log if int(row["idx"]) in counts], options.images)
    made = revote(images, counts, dict(one.split("=", 1) for one in options.checkpoint),
                  options.n, options.batch, options.grid,
                  {id: float(theta) for id, theta in (one.split("=", 1) for one in options.thresholds)})
    wrong = alarms(made)
    print(f"votes: {len(images)} images, {len(made)} frequencies compared, {len(wrong)} differ "
          f"(false alarms: at most {FALSE_ALARM:g} over all; each tested at {FALSE_ALARM / len(made):.2g})")
    print(f"  largest difference  {max(made, key=lambda one: one.deviation)}\n"
          f"  least likely        {min(made, key=lambda one: one.p)}")
    print("".join(f"  differs: {one}\n" for one in wrong), end="")
    sys.exit(1 if faults or wrong else 0)


if __name__ == "__main__":
    main()

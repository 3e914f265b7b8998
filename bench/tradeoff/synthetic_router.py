"""Router counts over 4 routes for 10 000 images, as dualrs certify --all writes them: random shares, seed 1.

Usage: synthetic_router.py OUT.counts.tsv
"""
import random
import sys

COLUMNS = ("idx stage id sigma function seed stream alpha "
           "selection_from selection_to selection_counts selection_undecided "
           "estimation_from estimation_to estimation_counts estimation_undecided "
           "certificate routing ledger plan bounds").split()


def counts(n, shares):
    votes = [int(n * share / sum(shares)) for share in shares]
    votes[0] += n - sum(votes)
    return ",".join(map(str, votes))


random.seed(1)
with open(sys.argv[1], "w") as out:
    out.write("\t".join(COLUMNS) + "\n")
    for image in range(10_000):
        shares = [random.random() ** 4 + 1e-3 for _ in range(4)]
        row = [image, "router", "router", "1.0", "synthetic", 7, 0, 0, 0, 100, counts(100, shares), 0,
               100, 10_100, counts(10_000, shares), 0, "", "", "", "fixed", ""]
        out.write("\t".join(map(str, row)) + "\n")

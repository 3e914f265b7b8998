"""Is there one sequence of votes in which every bound of a stage counts what it says?

A linear program: the votes on each outcome between each two looks.
"""
from itertools import pairwise

from scipy.optimize import linprog
from scipy.sparse import lil_matrix


def possible(stage):
    votes, bounds = stage["estimation"], stage["bounds"]
    n = votes["to"] - votes["from"]
    ends = sorted({0, n} | {bound["draws"] for bound in bounds})
    if len(ends) <= 2:
        return True
    # Passes stand for one more outcome, which no bound counts; undecided votes for another, which upper bounds count.
    totals, pieces = [*votes["counts"], votes.get("passed", 0), votes["undecided"]], list(pairwise(ends))
    rows = [(range(len(totals)), [i], end - start) for i, (start, end) in enumerate(pieces)]
    rows += [([k], range(len(pieces)), total) for k, total in enumerate(totals)]
    for bound in bounds:
        outcomes = bound["outcomes"] + ([len(totals) - 1] if bound["side"] == "upper" else [])
        rows.append((outcomes, [i for i, (_, end) in enumerate(pieces) if end <= bound["draws"]], bound["successes"]))
    matrix = lil_matrix((len(rows), len(totals) * len(pieces)))
    for row, (outcomes, within, _) in enumerate(rows):
        for k in outcomes:
            for i in within:
                matrix[row, k * len(pieces) + i] = 1
    found = linprog([0] * matrix.shape[1], A_eq=matrix.tocsr(), b_eq=[row[2] for row in rows], method="highs")
    return found.status == 0

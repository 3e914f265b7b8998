"""Certificates from recorded votes, by another road than the program's: SciPy's Beta quantile and normal tail.

R = min(route radius, expert radius), each sigma * PhiInverse(p) with p the one-sided Clopper-Pearson lower bound of the
outcome the selection votes chose, at the row's own alpha; abstain where p <= 1/2. (Cohen et al. 2019, Theorem 1; Sun,
Mao, Vechev 2026.)
"""
import csv
import dataclasses
import math

from scipy.stats import beta, norm

ABSTAIN = -1
# By what part a recorded radius may lie below the recomputed one: room for rounding toward zero, float32 included.
CLOSE = 1e-6
ABOVE = 1e-9  # by what part above: room for SciPy's own error only


@dataclasses.dataclass(frozen=True)
class Votes:
    """One row of a counts file: what one voter (the router or an expert) answered for one image."""

    idx: int
    stage: str
    id: str
    sigma: float
    seed: str
    stream: str
    alpha: float
    selection: tuple  # (from, to, counts, undecided)
    estimation: tuple
    passed: tuple = None  # of selection and of estimation; None where no expert of the run keeps votes back

    @property
    def selected(self):
        counts = self.selection[2]
        return counts.index(max(counts))  # ties to the lowest

    @property
    def pooled(self):
        """Counts of every outcome over both ranges, then passes where there can be any, undecided last."""
        (_, _, a, u), (_, _, b, v) = self.selection, self.estimation
        return [x + y for x, y in zip(a, b)] + ([sum(self.passed)] if self.passed else []) + [u + v]

    def radius(self):
        first, end, counts, _ = self.estimation
        return max(0.0, self.sigma * quantile_of_lower_bound(counts[self.selected], end - first, self.alpha))

    def faults(self):
        kept = self.passed or (0, 0)
        for name, (first, end, counts, undecided), passed in (
                ("selection", self.selection, kept[0]), ("estimation", self.estimation, kept[1])):
            if min(counts) < 0 or min(undecided, passed) < 0 or sum(counts) + passed + undecided != end - first:
                yield (f"{name} counts {counts}, {passed} passes and {undecided} undecided are not the "
                       f"{end - first} samples of [{first}, {end})")
        if len(self.selection[2]) != len(self.estimation[2]):
            yield f"{len(self.selection[2])} outcomes in selection, {len(self.estimation[2])} in estimation"
        if max(self.selection[0], self.estimation[0]) < min(self.selection[1], self.estimation[1]):
            yield (f"samples of selection [{self.selection[0]}, {self.selection[1]}) are used again in "
                   f"estimation [{self.estimation[0]}, {self.estimation[1]})")
        if not 0 < self.alpha < 0.5:
            yield f"alpha is {self.alpha}"


def quantile_of_lower_bound(successes, n, alpha):
    """PhiInverse of the one-sided Clopper-Pearson lower bound, by the complement: 1 - p would lose the tail."""
    if successes == 0:
        return -math.inf
    return float(norm.isf(beta.isf(alpha, n - successes + 1, successes)))


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def read_counts(path):
    """Rows of a counts file by image, in the order written."""
    images = {}
    for line, row in enumerate(read(path), start=2):
        try:
            ranges = [(int(row[f"{part}_from"]), int(row[f"{part}_to"]),
                       tuple(map(int, row[f"{part}_counts"].split(","))), int(row[f"{part}_undecided"]))
                      for part in ("selection", "estimation")]
            passed = (tuple(int(row[f"{part}_passed"]) for part in ("selection", "estimation"))
                      if "selection_passed" in row else None)
            votes = Votes(int(row["idx"]), row["stage"], row["id"], float(row["sigma"]), row["seed"], row["stream"],
                          float(row["alpha"]), *ranges, passed)
        except (KeyError, TypeError, ValueError) as problem:
            raise SystemExit(f"{path}:{line}: {problem!r}") from problem
        images.setdefault(votes.idx, []).append(votes)
    return images


def check(row, rows, routes, alpha):
    """What is wrong with one row of the log, given its rows of counts.

    routes: outcome of the router -> expert id, filled in as met.
    """
    for votes in rows:
        yield from (f"{votes.stage} {votes.id}: {fault}" for fault in votes.faults())
    if alpha is not None and sum(votes.alpha for votes in rows) > alpha * (1 + 1e-12):
        yield f"the bounds spend {sum(votes.alpha for votes in rows)} of alpha {alpha}"
    if len({(votes.stage, votes.id) for votes in rows}) < len(rows):
        yield "two rows of counts for one voter"

    routers = [votes for votes in rows if votes.stage == "router"]
    route_radius = math.inf
    if routers:
        route_radius = routers[0].radius()
        # Where the router abstains no expert is asked, and the log names no route.
        known = routes.setdefault(routers[0].selected, row["route"]) if route_radius > 0 else ""
        if known != row["route"]:
            yield f"route {row['route']}, but the router's outcome {routers[0].selected} is {known}"
    experts = [votes for votes in rows if votes.stage == "expert" and votes.id == row["route"]]
    if not experts and route_radius > 0:
        yield f"no counts of expert {row['route']}"
        return
    expert_radius = experts[0].radius() if experts else 0.0
    radius = min(route_radius, expert_radius)

    predict, recorded = int(row["predict"]), float(row["radius"])
    if predict == ABSTAIN:
        if radius > 0:
            yield f"abstains; recomputed class {experts[0].selected} with radius {radius}"
        if recorded != 0:
            yield f"abstains with radius {recorded}"
    else:
        if radius <= 0:
            yield f"class {predict} with radius {recorded}; recomputed: abstain"
        elif predict != experts[0].selected:
            yield f"class {predict}; recomputed {experts[0].selected}"
        yield from compare("radius", recorded, radius)
    if row.get("correct") not in (None, "") and int(row["correct"]) != (predict == int(row["label"])):
        yield f"correct {row['correct']}, but predict {predict} and label {row['label']}"
    for name, value in (("route_radius", route_radius), ("expert_radius", expert_radius)):
        # Of an answer that abstained a stage may be unknown or unwritten; of a class every stage must be there.
        if row.get(name) not in (None, "", "nan", "NaN") and (predict != ABSTAIN or float(row[name]) != 0):
            yield from compare(name, float(row[name]), value)


def compare(name, recorded, value):
    if recorded == value:
        return
    if not recorded <= value * (1 + ABOVE):
        yield f"{name} {recorded!r} is larger than the recomputed {value!r}"
    elif not recorded >= value * (1 - CLOSE):
        yield f"{name} {recorded!r} is {value - recorded:.2e} below the recomputed {value!r}"

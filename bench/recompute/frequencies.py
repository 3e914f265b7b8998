"""Do two sets of votes come from one distribution?

Fisher's exact test per outcome, Bonferroni over every comparison made.
"""
import dataclasses

from scipy.stats import fisher_exact

FALSE_ALARM = 1e-4  # probability of one alarm or more over all comparisons, if the distributions are the same


@dataclasses.dataclass(frozen=True)
class Comparison:
    label: str
    ours: int
    our_total: int
    theirs: int
    their_total: int

    @property
    def deviation(self):
        return abs(self.ours / self.our_total - self.theirs / self.their_total)

    @property
    def p(self):
        table = [[self.ours, self.our_total - self.ours], [self.theirs, self.their_total - self.theirs]]
        return fisher_exact(table)[1]

    def __str__(self):
        return (f"{self.label}: ours {self.ours}/{self.our_total} = {self.ours / self.our_total:.4f}, "
                f"PyTorch {self.theirs}/{self.their_total} = {self.theirs / self.their_total:.4f}, "
                f"difference {self.deviation:.4f}, p = {self.p:.2g}")


def comparisons(label, ours, theirs, passes=False):
    """One comparison per outcome that either side ever gave; the last outcome of both is 'undecided', before it may
    stand passes.
    """
    names = [f"outcome {k}" for k in range(len(ours) - 1 - passes)] + ["pass"] * passes + ["undecided"]
    return [Comparison(f"{label}, {name}", a, sum(ours), b, sum(theirs))
            for name, a, b in zip(names, ours, theirs) if a + b > 0]


def alarms(made, false_alarm=FALSE_ALARM):
    """Those that differ too much, at `false_alarm` over all of them together."""
    return [one for one in made if one.p < false_alarm / len(made)]

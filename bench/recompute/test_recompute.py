#!/usr/bin/env python3
"""Self-test on synthetic logs:
a sound run passes, every planted fault is found, and sound votes seldom raise an alarm.
"""
import math
import pathlib
import tempfile
import unittest

import numpy as np

from certificate import quantile_of_lower_bound, read, read_counts
from frequencies import alarms, comparisons
from recompute import ROOT, recompute, revote, spread

LOG = "idx label predict radius correct time route route_radius expert_radius limiting n noise seed seed_origin".split()
COUNTS = ("idx stage id sigma function seed stream alpha selection_from selection_to selection_counts "
          "selection_undecided estimation_from estimation_to estimation_counts estimation_undecided").split()
ROUTES = ["s025", "s050"]
ALPHA = 0.0005


def voter(idx, stage, id, sigma, selection, estimation, undecided=0):
    text = lambda counts: ",".join(map(str, counts))
    return dict(idx=idx, stage=stage, id=id, sigma=sigma, function="f", seed="5eed", stream=stage, alpha=ALPHA,
                selection_from=0, selection_to=sum(selection), selection_counts=text(selection), selection_undecided=0,
                estimation_from=sum(selection), estimation_to=sum(selection) + sum(estimation) + undecided,
                estimation_counts=text(estimation), estimation_undecided=undecided)


def answer(idx, label, predict, route, route_radius, expert_radius):
    radius = 0 if predict == -1 else min(route_radius, expert_radius)
    return dict(zip(LOG, [idx, label, predict, repr(radius), int(predict == label), "0.1", route,
                          repr(route_radius), repr(expert_radius), "expert", 2200, "grid", "5eed", "server"]))


def sound():
    """Three images: one certified through the router, one without a router, one on which the expert abstains."""
    route = 1.0 * quantile_of_lower_bound(900, 1000, ALPHA)
    rows = [answer(0, 2, 2, "s050", route, 0.5 * quantile_of_lower_bound(990, 1000, ALPHA)),
            answer(20, 1, 1, "s025", math.inf, 0.25 * quantile_of_lower_bound(1000, 1010, ALPHA)),
            answer(40, 0, -1, "s025", route, 0.0)]
    votes = [voter(0, "router", "router", 1.0, [10, 90], [100, 900]),
             voter(0, "expert", "s050", 0.5, [0, 1, 99], [5, 5, 990]),
             voter(20, "expert", "s025", 0.25, [20, 80, 0], [0, 1000, 0], 10),
             voter(40, "router", "router", 1.0, [90, 10], [900, 100]),
             voter(40, "expert", "s025", 0.25, [34, 33, 33], [510, 400, 90])]
    return rows, votes


def faults(rows, votes, **options):
    with tempfile.TemporaryDirectory() as folder:
        paths = [pathlib.Path(folder, name) for name in ("run.tsv", "run.counts.tsv")]
        passes = [c for c in ("selection_passed", "estimation_passed") if any(c in line for line in votes)]
        for path, columns, lines in zip(paths, (LOG, COUNTS + passes), (rows, votes)):
            path.write_text("\n".join(
                ["\t".join(columns), *("\t".join(str(line[c]) for c in columns) for line in lines)]) + "\n")
        return recompute(read(paths[0]), read_counts(paths[1]), **{"routes": ROUTES, "alpha": 0.001, **options})


class Certificates(unittest.TestCase):
    def test_the_ceilings_are_the_published_ones(self):
        for n, alpha, ceiling in ((100, 0.001, 1.50), (10000, 0.0005, 3.171), (100000, 0.0005, 3.788)):
            self.assertAlmostEqual(quantile_of_lower_bound(n, n, alpha), ceiling, delta=0.005)

    def test_no_success_has_no_radius(self):
        self.assertEqual(quantile_of_lower_bound(0, 100, 0.001), -math.inf)

    def test_a_sound_run_passes(self):
        self.assertEqual(faults(*sound()), [])

    def test_rounding_toward_zero_passes(self):
        rows, votes = sound()
        for row in rows:
            for name in ("radius", "route_radius", "expert_radius"):
                value = float(row[name])
                if 0 < value < math.inf:
                    row[name] = str(math.floor(value * 2 ** 23) / 2 ** 23)
        self.assertEqual(faults(rows, votes), [])

    def test_passes_are_draws_that_no_bound_counts(self):
        alone = voter(0, "expert", "s025", 0.25, [0, 40], [10, 700]) | {
            "selection_to": 100, "selection_passed": 60,
            "estimation_from": 100, "estimation_to": 1100, "estimation_passed": 290}
        for passed, found in ((290, 0), (289, 1)):
            # The row's bound is of 700 of 1000; without its passes it would be of 700 of 710.
            row = answer(0, 1, 1, "s025", math.inf, 0.25 * quantile_of_lower_bound(700, 1000, ALPHA))
            self.assertEqual(len(faults([row], [alone | {"estimation_passed": passed}])), found)
        row = answer(0, 1, 1, "s025", math.inf, 0.25 * quantile_of_lower_bound(700, 710, ALPHA))
        self.assertNotEqual(faults([row], [alone]), [])

    def test_ties_go_to_the_lowest(self):
        row = answer(0, 0, 0, "s025", math.inf, 0.25 * quantile_of_lower_bound(900, 1000, ALPHA))
        self.assertEqual(faults([row], [voter(0, "expert", "s025", 0.25, [50, 50], [900, 100])]), [])

    def test_every_planted_fault_is_found(self):
        def log(row, **change):
            return lambda rows, votes: rows[row].update({name: str(value) for name, value in change.items()})

        def count(row, **change):
            return lambda rows, votes: votes[row].update(change)

        radius = float(sound()[0][0]["radius"])
        plants = {
            "radius larger by 2e-9": log(0, radius=repr(radius + 2e-9)),
            "radius smaller by 2e-6": log(0, radius=repr(radius - 2e-6)),
            "radius is not a number": log(0, radius="nan"),
            "radius is infinite": log(0, radius="inf"),
            "radius of the route, not the smaller": log(0, radius=sound()[0][0]["route_radius"]),
            "route radius too large": log(0, route_radius=3.0),
            "route radius too small": log(0, route_radius=0.1),
            "expert radius too large": log(1, expert_radius=9.0),
            "another class": log(0, predict=1, correct=0),
            "abstains although certified": log(0, predict=-1, radius=0, correct=0),
            "answers although not certified": log(2, predict=0, radius=0.001, correct=1),
            "abstains with a radius": log(2, radius=0.1),
            "correct is wrong": log(0, correct=0),
            "another route": log(0, route="s025"),
            "the image twice": lambda rows, votes: rows.append(dict(rows[0])),
            "counts without a row": lambda rows, votes: rows.pop(),
            "a row without counts": lambda rows, votes: votes.pop(2),
            "the expert's counts missing": lambda rows, votes: votes.pop(1),
            "the router's counts missing": lambda rows, votes: votes.pop(0),
            "counts that are not n": count(0, estimation_counts="100,901"),
            "undecided left out of n": count(2, estimation_to=1100, estimation_undecided=0),
            "selection samples used again": count(0, estimation_from=50, estimation_to=1050),
            "a smaller sigma": count(1, sigma=0.4),
            "alpha not split": count(0, alpha=0.001),
            "one more success": count(1, estimation_counts="5,4,991"),
            "estimation decides the class": count(1, selection_counts="0,99,1"),
        }
        for name, plant in plants.items():
            with self.subTest(name):
                rows, votes = sound()
                plant(rows, votes)
                self.assertNotEqual(faults(rows, votes), [])


class Frequencies(unittest.TestCase):
    def family(self, random, p, q, n=2000, images=4):
        made = []
        for image in range(images):
            made += comparisons(f"image {image}", [*random.multinomial(10100, p).tolist(), 0],
                                [*random.multinomial(n, q).tolist(), 0])
        return made

    def test_sound_votes_seldom_raise_an_alarm(self):
        random = np.random.default_rng(1)
        p = [0.5, 0.3, 0.15, 0.04, 0.01]
        raised = sum(bool(alarms(self.family(random, p, p), 0.05)) for _ in range(40))
        self.assertLessEqual(raised, 9)  # binomial(40, .05) exceeds 9 with probability 2e-05

    def test_a_shift_of_four_hundredths_is_found(self):
        random = np.random.default_rng(2)
        self.assertTrue(alarms(self.family(random, [0.5, 0.3, 0.2], [0.54, 0.26, 0.2], 10000)))

    def test_swapped_outcomes_are_found(self):
        self.assertTrue(alarms(comparisons("x", [900, 100, 0], [100, 900, 0])))

    def test_many_undecided_are_found(self):
        self.assertTrue(alarms(comparisons("x", [900, 0, 100], [1000, 0, 0])))


class Votes(unittest.TestCase):
    """With the checkpoints of ../shared/models and CIFAR-10:
    votes of another seed pass, votes under another noise do not.
    """

    def setUp(self):
        try:
            from cohen import count_votes, load, test_image
        except ImportError as problem:
            self.skipTest(str(problem))
        self.checkpoint = ROOT.parent / "shared" / "models" / "noise_0.25" / "checkpoint.pth.tar"
        x, origin = test_image(0)
        if not self.checkpoint.exists() or not origin.startswith("CIFAR-10"):
            self.skipTest("needs ../shared/models and CIFAR-10")
        self.vote = lambda sigma, n: count_votes(load(self.checkpoint), x, sigma, n, 100, 10).tolist()

    def compared(self, sigma):
        import torch
        torch.manual_seed(3)
        record = voter(0, "expert", "s025", 0.25, self.vote(sigma, 100), self.vote(sigma, 600))
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "counts.tsv")
            path.write_text("\t".join(COUNTS) + "\n" + "\t".join(str(record[c]) for c in COUNTS) + "\n")
            return alarms(revote([0], read_counts(path), {"s025": self.checkpoint}, 400, 100, grid=False))

    def test_votes_of_another_seed_pass(self):
        self.assertEqual(self.compared(0.25), [])

    def test_votes_under_another_sigma_are_found(self):
        self.assertNotEqual(self.compared(0.5), [])

    def test_votes_with_a_threshold_pass_with_it_and_are_found_with_another(self):
        import torch
        from cohen import load, test_image
        torch.manual_seed(4)
        classifier, (x, _), theta = load(self.checkpoint), test_image(0), 0.9
        draws = [[0] * 12, [0] * 12]
        with torch.no_grad():
            for of, n in zip(draws, (100, 600)):
                for logits in classifier(x[None] + 0.25 * torch.randn(n, *x.shape)):
                    share, outcome = torch.softmax(logits.double(), 0).max(0)
                    of[int(outcome) if share >= theta else 10] += 1
        record = voter(0, "expert", "s025", 0.25, draws[0][:10], draws[1][:10]) | {
            "selection_to": 100, "selection_passed": draws[0][10], "estimation_from": 100, "estimation_to": 700,
            "estimation_passed": draws[1][10]}
        self.assertGreater(draws[1][10], 0)
        columns = COUNTS + ["selection_passed", "estimation_passed"]
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "counts.tsv")
            path.write_text("\t".join(columns) + "\n" + "\t".join(str(record[c]) for c in columns) + "\n")
            for theta, sound in ((0.9, True), (0.3, False)):
                made = revote([0], read_counts(path), {"s025": self.checkpoint}, 400, 100, grid=False,
                              thresholds={"s025": theta})
                self.assertEqual(alarms(made) == [], sound)


class Spread(unittest.TestCase):
    def test_images_are_even_and_include_both_ends(self):
        self.assertEqual(spread(list(range(0, 10000, 20)), 20)[:2], [0, 520])
        self.assertEqual(spread(list(range(0, 10000, 20)), 20)[-1], 9980)
        self.assertEqual(len(set(spread(list(range(500)), 20))), 20)
        self.assertEqual(spread([1, 2], 20), [1, 2])


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""The committed records must come out of SciPy, whoever signed them; planted faults must not."""
import copy
import json
import pathlib
import shutil
import unittest

import bounds
import document
import record

REFERENCE = pathlib.Path(__file__).resolve().parents[2] / "tests" / "Router.Smoothing.Tests" / "Records" / "reference"
FILES = ["dual.json", "exclusion.json", "quantile.json", "biased.json"]


def load(file):
    return json.loads((REFERENCE / file).read_text(encoding="utf-8"))


def cascades():
    return [json.loads(line) for line in (REFERENCE / "cascade-toys.jsonl").read_text(encoding="utf-8").splitlines()]


class Sound(unittest.TestCase):
    def test_committed_records_hold(self):
        for file in FILES:
            with self.subTest(file):
                off, radius = record.check(load(file))
                self.assertLess(off, 1e-10)
                self.assertGreater(radius, 0.02)

    def test_two_sided_records_of_a_real_run_hold_and_one_vote_less_for_the_runner_up_does_not(self):
        lines = (REFERENCE / "cifar10.jsonl").read_text(encoding="utf-8").splitlines()
        self.assertEqual(len(lines), 4)
        for line in lines:
            record.check(json.loads(line))
            forged = json.loads(line)
            expert = next(stage for stage in forged["stages"] if stage["stage"] == "expert")
            max((b for b in expert["bounds"] if b["side"] == "upper"), key=lambda b: b["successes"])["successes"] -= 1
            with self.assertRaises(AssertionError):
                record.check(forged)

    def test_cascades_of_a_real_run_hold_and_planted_faults_do_not(self):
        lines = [json.loads(line) for line in (REFERENCE / "cascade.jsonl").read_text(encoding="utf-8").splitlines()]
        radii = [record.check(copy.deepcopy(line))[1] for line in lines]
        self.assertEqual([line["limitingStage"] for line in lines], ["later", "earlier", "later", "later"])
        self.assertEqual([radius > 0 for radius in radii], [True, True, False, True])
        plants = [
            ("a radius 1 % larger", lambda r: r.update(radius=r["radius"] * 1.01)),
            ("a larger threshold", lambda r: r["routing"].update(thresholds=["0.6", "0.5", "0.6"])),
            ("another order", lambda r: r["routing"]["mix"].reverse()),
            ("no later stages", lambda r: r["stages"].__delitem__(slice(2, None))),
            ("an earlier stage left out", lambda r: r["stages"].pop(0)),
            ("silence about another class", lambda r: r["stages"][0]["bounds"][1].update(outcomes=[9])),
            ("one vote more for the class", lambda r: r["stages"][2]["bounds"][0].update(
                successes=r["stages"][2]["bounds"][0]["successes"] + 1)),
            ("alpha not divided", lambda r: r["alpha"]["shares"][0].update(bounds=1)),
            ("a later stage that selects", lambda r: r["stages"][2].update(selection=r["stages"][1]["selection"])),
            ("another limit", lambda r: r.update(limitingStage="expert", limitingRoute=None)),
        ]
        for name, plant in plants:
            with self.subTest(name):
                planted = copy.deepcopy(lines[0])
                plant(planted)
                with self.assertRaises(AssertionError):
                    record.check(planted)

    def test_records_with_passes_hold_and_planted_faults_do_not(self):
        single, cascade = (REFERENCE / "passes.jsonl").read_text(encoding="utf-8").splitlines()
        mixture = (REFERENCE / "passes-mixture.jsonl").read_text(encoding="utf-8")
        for line in (single, cascade, mixture):
            record.check(json.loads(line))

        def votes(which, **changes):
            return lambda r: r["stages"][0][which].update(changes)

        plants = [
            (single, "passes of no threshold", lambda r: r["routing"]["mix"][0].pop("pass")),
            (single, "a threshold that nobody can record", lambda r: r["routing"]["mix"][0].update({"pass": "0.351"})),
            (single, "passes left out of n", lambda r: r["stages"][0]["estimation"].pop("passed")),
            (single, "passes that were undecided", votes("estimation", passed=5310, undecided=0)),
            (single, "passes for the class", votes("estimation", passed=5304, counts=[700, 3901, 90])),
            (mixture, "a and b without passes", lambda r: r["stages"][0]["bounds"][0].update(b=5.5)),
            (cascade, "a stage whose passes are no votes", votes("selection", passed=1, counts=[0, 25, 74])),
        ]
        for line, name, plant in plants:
            with self.subTest(name):
                planted = json.loads(line)
                plant(planted)
                with self.assertRaises(AssertionError):
                    record.check(planted)

    def test_a_peer_s_mixture_expects_nothing_because_it_selected_nothing(self):
        mixed = load("exclusion.json")
        bound = mixed["stages"][3]["bounds"][0]
        self.assertEqual((bound["kind"], bound["a"], bound["b"]), ("betaMixture", 0.5, 0.5))
        record.check(mixed)
        value, complement = bounds.mixture(bound["successes"], bound["draws"], bound["alpha"], 4800.5, 0.5)
        bound.update(a=4800.5, value=value, complement=complement)
        with self.assertRaises(AssertionError):
            record.check(mixed)

    def test_cascades_with_thresholds_by_class_and_two_sided_last_stages_hold_and_planted_faults_do_not(self):
        lines = [json.loads(line) for file in ("cascade-two-sided.jsonl", "cascade-by-class.jsonl")
                 for line in (REFERENCE / file).read_text(encoding="utf-8").splitlines()]
        self.assertEqual(len(lines), 8)
        for line in lines:
            self.assertLess(record.check(copy.deepcopy(line))[0], 1e-10)
        ahead, silent, last = lines[5:]

        def on_most_voted(r):
            bound = r["stages"][0]["bounds"][1]
            complement, value = bounds.clopper_pearson(7600, 10000, bound["alpha"])
            bound.update(outcomes=[0], successes=2400, value=value, complement=complement)

        plants = [
            (ahead, "a lower threshold of the class", lambda r: r["routing"]["thresholds"][0].__setitem__(1, "0.44")),
            (ahead, "a higher one of its rival", lambda r: r["routing"]["thresholds"][0].__setitem__(0, "0.41")),
            (ahead, "thresholds of two classes", lambda r: r["routing"]["thresholds"][0].pop()),
            (ahead, "a threshold of one", lambda r: r["routing"]["thresholds"][0].__setitem__(1, "1.0")),
            (ahead, "votes for another class", lambda r: r["stages"][0]["selection"].update(counts=[50, 48, 2])),
            (silent, "a threshold that would answer", lambda r: r["routing"]["thresholds"][0].__setitem__(2, "0.02")),
            (silent, "silence about the most voted class", on_most_voted),
            (last, "the last stage from one side", lambda r: r["stages"][2]["bounds"].pop()),
            (last, "a part less for the last stage", lambda r: r["alpha"]["shares"][1].update(bounds=2)),
        ]
        for sound, name, plant in plants:
            with self.subTest(name):
                planted = copy.deepcopy(sound)
                plant(planted)
                with self.assertRaises(AssertionError):
                    record.check(planted)

    def test_cascades_that_were_looked_at_early_hold_and_planted_faults_do_not(self):
        line = load("cascade-looks.jsonl")
        self.assertLess(record.check(copy.deepcopy(line))[0], 1e-10)
        plants = {
            "a rival left out": lambda bounds: bounds.pop(),
            "the nearest rival left out": lambda bounds: bounds.pop(1),
            "a prior that was not registered": lambda bounds: bounds[1].update(a=.5, b=.5),
            "more than a part of the share": lambda bounds: bounds[1].update(alpha=2 * bounds[1]["alpha"]),
            "another look": lambda bounds: bounds[1].update(draws=bounds[1]["draws"] - 7),
        }
        for name, plant in plants.items():
            with self.subTest(name):
                planted = copy.deepcopy(line)
                plant(planted["stages"][1]["bounds"])
                with self.assertRaises(AssertionError):
                    record.check(planted)

    def test_cascades_limited_by_every_kind_of_stage_hold(self):
        found = [(r["limitingStage"], r["class"]) for r in cascades() if record.check(r)[0] < 1e-10]
        self.assertEqual(found, [("earlier", 1), ("later", 1), ("expert", 1), ("expert", 1), ("expert", None)])

    @unittest.skipUnless(shutil.which("openssl"), "needs openssl")
    def test_signatures_fit_and_cover_every_number(self):
        for file in FILES:
            document.check_signature(load(file), str(REFERENCE / "public.pem"))
            forged = load(file)
            forged["stages"][0]["estimation"]["counts"][0] += 1
            with self.assertRaises(AssertionError):
                document.check_signature(forged, str(REFERENCE / "public.pem"))


def rare(stage):
    """The bound of the class with 995 votes, rightly computed."""
    bound = copy.deepcopy(stage["bounds"][1]) | {"outcomes": [2], "successes": 1000}
    complement, value = bounds.clopper_pearson(9000, 10000, bound["alpha"])
    return bound | {"value": value, "complement": complement}


class Planted(unittest.TestCase):
    def stage(self, r, kind):
        return next(s for s in r["stages"] if s["stage"] == kind)

    def test_every_planted_fault_is_found(self):
        def bound(stage, i, **changes):
            return lambda r: r["stages"][stage]["bounds"][i].update(changes)

        def routing(**changes):
            return lambda r: r["routing"].update(changes)

        plants = [
            ("exclusion.json", "radius 1 % larger", lambda r: r.update(radius=r["radius"] * 1.01)),
            ("biased.json", "radius 1 % larger", lambda r: r.update(radius=r["radius"] * 1.01)),
            ("quantile.json", "another class", lambda r: r.update({"class": 1})),
            ("quantile.json", "another limit", lambda r: r.update(limitingRoute="s012")),
            ("quantile.json", "tau that selects another route", routing(tau="0.3")),
            ("biased.json", "a smaller bias of a rival", routing(bias=[0.5, 0.1, 0, -0.2])),
            ("biased.json", "a bias that selects another route", routing(bias=[0.5, 0.5, 0, -0.2])),
            ("exclusion.json", "alpha of peers not divided", lambda r: r["alpha"]["shares"][3].update(bounds=1)),
            ("quantile.json", "alpha of the router not divided", lambda r: r["alpha"]["shares"][0].update(bounds=1)),
            ("exclusion.json", "alpha beyond the total", lambda r: r["alpha"]["shares"][0].update(alpha=0.001)),
            ("exclusion.json", "a bound beyond its part", bound(2, 0, alpha=5e-5)),
            ("exclusion.json", "one more success", bound(2, 0, successes=9811)),
            ("biased.json", "another W", bound(1, 0, w=0.001)),
            ("exclusion.json", "a and b to fit", bound(0, 0, a=5600.5)),
            ("exclusion.json", "a and b of nothing selected", bound(0, 1, a=0.5, b=0.5)),
            ("quantile.json", "a look that was not listed", bound(1, 0, draws=9999)),
            ("quantile.json", "votes beyond the last look", lambda r: [
                b["looks"].__setitem__(2, 10001) for s in r["stages"] for b in s["bounds"]]),
            ("exclusion.json", "another share", bound(2, 0, share="expert")),
            ("exclusion.json", "a peer's samples of its choice", lambda r: r["stages"][2]["estimation"].update(
                {"from": 2 ** 40 + 10000, "to": 2 ** 40 + 20000})),
            ("dual.json", "an offset of its choice", lambda r: [
                s[v].update({"from": s[v]["from"] + 500, "to": s[v]["to"] + 500})
                for s in r["stages"] for v in ("selection", "estimation")]),
            ("dual.json", "sigma beyond the noise", lambda r: r["stages"][1].update(
                sigma="79228162514264337593543950335")),
            ("dual.json", "a class without a radius", lambda r: r.update(radius=0)),
            ("exclusion.json", "a bound on what was not selected", bound(2, 0, outcomes=[1])),
            ("quantile.json", "F_k from the wrong side", bound(0, 1, side="lower")),
            ("exclusion.json", "counts that are not n", lambda r: r["stages"][1]["estimation"]["counts"].__setitem__(
                2, 9901)),
            ("exclusion.json", "samples used twice", lambda r: r["stages"][2].update(stream=3)),
            ("exclusion.json", "a foreign function", lambda r: r["stages"][2]["estimation"].update(function="0" * 64)),
            ("exclusion.json", "a peer twice", lambda r: r["stages"].append(
                copy.deepcopy(r["stages"][3]) | {"stream": 9})),
            ("exclusion.json", "a peer of another class", lambda r: r["stages"][3].update(outcome=1)),
            ("exclusion.json", "a smaller sigma of the peer that limits", lambda r: r["stages"][2].update(sigma="0.2")),
        ]
        for file, name, plant in plants:
            with self.subTest(f"{file}: {name}"):
                planted = load(file)
                plant(planted)
                with self.assertRaises(AssertionError):
                    record.check(planted)

    def test_every_fault_planted_in_a_cascade_is_found(self):
        plants = [
            (0, "a larger radius", lambda r: r.update(radius=r["radius"] * 1.01)),
            (0, "a threshold", lambda r: r["routing"]["thresholds"].__setitem__(0, "0.71")),
            (0, "the share of one bound for all stages", lambda r: r["alpha"]["shares"][0].update(bounds=1)),
            (0, "a stage that answered before", lambda r: r["stages"][0]["selection"].update(counts=[10, 80, 10])),
            (0, "another limit", lambda r: r.update(limitingRoute="s050")),
            (0, "the stage that limits left out", lambda r: r["stages"].pop(0)),
            (1, "the stage that limits left out", lambda r: r["stages"].pop(1)),
            (1, "a later stage about another class", lambda r: r["stages"][1].update(outcome=0)),
            (1, "a later stage on samples of its choice", lambda r: r["stages"][2]["estimation"].update(
                {"from": 2 ** 40 + 10000, "to": 2 ** 40 + 20000})),
            (1, "later stages in another order", lambda r: r["stages"].append(r["stages"].pop(1))),
            (1, "a later stage that claims to be earlier", lambda r: r["stages"][1].update(stage="earlier")),
            (1, "the answer as the limit", lambda r: (r.pop("limitingRoute"), r.update(limitingStage="expert"))),
            (0, "silence about a rare class too", lambda r: r["stages"][0]["bounds"].insert(1, rare(r["stages"][0]))),
            (1, "silence about the class with fewer votes", lambda r: r["stages"][1]["bounds"][1].update(outcomes=[2])),
        ]
        for index, name, plant in plants:
            with self.subTest(name):
                planted = cascades()[index]
                plant(planted)
                with self.assertRaises(AssertionError):
                    record.check(planted)


class Texts(unittest.TestCase):
    def test_whatever_a_text_is_it_has_a_verdict(self):
        honest = (REFERENCE / "dual.json").read_text(encoding="utf-8")
        self.assertTrue(record.verdict(honest)[0])
        for text in ["", "null", "[]", "{", "NaN", "[" * 100000, '{"schema": "\\ud800"}', "9" * 100000,
                     honest.replace('"class": 3', '"class": 3, "class": 3'),
                     honest.replace('"undecided": 10', '"undecided": 1e1'),
                     honest.replace('"radius": 1.1', '"radius": 1e999'),
                     honest.replace('"stream": 0', '"stream": true')]:
            with self.subTest(text[:40]):
                self.assertNotEqual(text, honest)
                self.assertFalse(record.verdict(text)[0])

    def test_a_class_from_counts_that_force_an_abstention_is_refused_however_small_its_radius(self):
        abstains = cascades()[4]
        self.assertIsNone(abstains["class"])
        record.check(abstains)
        for radius in (1e-10, 1e-300):
            with self.assertRaises(AssertionError):
                record.check(abstains | {"class": 1, "radius": radius})


if __name__ == "__main__":
    unittest.main()

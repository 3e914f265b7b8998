#!/usr/bin/env python3
"""Certificate records by hand: every bound by SciPy, the radius by docs/certificates.md, the signature by openssl.

Written after docs/certificates.md, docs/formats.md and docs/schema/certificate.schema.json, not after the program's
verifier, and shares no code with it: single, dual and exclusion certificates, routed by most votes, a quantile of them,
or with a bias, and cascades. Exit status 1 if one fails.
"""
import argparse
import sys
from decimal import Decimal
from math import inf

from scipy.stats import norm

from bounds import clopper_pearson, mixture, recompute, z  # noqa: F401 (mixture: for the tests)
from document import check_signature, conform, parse, texts
from looks import possible

TOLERANCE = 1e-9  # of a bound, and of a radius
FAILOVER, PEERS = 2 ** 41, 2 ** 40


def by_rule(routing, votes):
    """The route that votes select: most voted, quantile tau of the decided votes, or largest z(P_k) + b_k."""
    counts, n = votes["counts"], votes["to"] - votes["from"]
    if routing["kind"] == "quantile":
        decided = sum(counts)
        reached = (k for k in range(len(counts) - 1) if sum(counts[:k + 1]) >= Decimal(routing["tau"]) * decided)
        return next(reached, len(counts) - 1)
    scores = counts if routing["kind"] != "biased" else [norm.ppf(k / n) + b for k, b in zip(counts, routing["bias"])]
    return max(range(len(counts)), key=lambda k: scores[k])  # the first of equals


def taus(routing, place, classes):
    """tau of every class at a stage of a cascade: 1/2 at the last, one number for all classes, or one for each."""
    stages = routing["thresholds"] + ["0.5"]
    return [Decimal(tau) for tau in ([stages[place]] * classes if isinstance(stages[place], str) else stages[place])]


def foremost(thresholds, votes):
    """The class whose share of the decided votes is farthest above its threshold: the most voted where all have one."""
    counts, decided = votes["counts"], max(1, votes["to"] - votes["from"] - votes["undecided"])
    if len(set(thresholds)) == 1:
        return counts.index(max(counts))
    first, most = 0, -inf
    for label, (count, tau) in enumerate(zip(counts, thresholds)):
        margin = norm.ppf(count / decided) - norm.ppf(float(tau))
        if margin > most + 1e-9:  # what is nearer rounding alone would tell apart
            first, most = label, margin
    return first


def upper_of(label, votes, alpha):
    """The Clopper-Pearson upper bound on one class, undecided votes counted for it."""
    n = votes["to"] - votes["from"]
    return clopper_pearson(n - votes["counts"][label] - votes["undecided"], n, alpha)[::-1]


def gap(scale, high, low, lead=0.0):
    """scale (z(high) + lead - z(low)), less 1e-13 of the sizes of its terms (docs/certificates.md, section 2)."""
    above, below = z(high), z(low)
    if -inf in (above, -below):
        return 0.0
    return max(0.0, scale * (above - below + lead - 1e-13 * (1 + abs(above) + abs(below) + abs(lead))))


def one_sided(sigma, lower):
    return max(0.0, sigma * z(lower))


def excluded(record, router, p, j):
    """X_j, within which route j cannot become the route (docs/certificates.md, sections 1, 2 and 2b)."""
    routing, a, s = record["routing"], router["outcome"], float(router["sigma"])
    dual = record["kind"] == "dual"
    if routing["kind"] == "quantile":
        tau = float(routing["tau"]), float(1 - Decimal(routing["tau"]))
        if j > a:
            return gap(s, p.get(("lower", a if dual else j - 1), (0.0, 1.0)), tau)
        return gap(s, tau, p.get(("upper", a - 1 if dual else j), (1.0, 0.0)))
    chosen = p["lower", a]
    other = min(p.get(("upper", j), (1.0, 0.0)), chosen[::-1])  # min(U_j, 1 - p_a)
    if routing["kind"] == "biased":
        return gap(s / 2, chosen, chosen[::-1] if dual else other, routing["bias"][a] - routing["bias"][j])
    return one_sided(s, chosen) if dual else max(one_sided(s, chosen), gap(s / 2, chosen, other))


def radius_of(stage, p):
    """sigma z(p), or sigma/2 (z(p_A) - z(p_B)) where every other class was bounded (docs/certificates.md,
    section 4).
    """
    lower, sigma = p["lower", stage["outcome"]], float(stage["sigma"])
    others = [p.get(("upper", c)) for c in range(len(stage["estimation"]["counts"])) if c != stage["outcome"]]
    if not others or None in others:
        return one_sided(sigma, lower)
    second = max(min(other, lower[::-1]) for other in others)  # max over j of min(U_j, 1 - p_A)
    return max(one_sided(sigma, lower), gap(sigma / 2, lower, second))


def planned(record, stage, bound):
    """The share that pays for a bound, and how many such bounds the certificate plans, whatever the votes will say."""
    routes, classes = max(1, len(record["routing"]["mix"]) - 1), max(1, len(stage["estimation"]["counts"]) - 1)
    lower, a, last = bound["side"] == "lower", stage["outcome"], bound["outcomes"][-1]
    if stage["stage"] == "router" and record["routing"]["kind"] == "quantile":
        dual = record["kind"] == "dual"
        right = bound["outcomes"] == list(range(last + 1)) and lower == (last >= a)
        assert right and last < len(record["routing"]["mix"]) - 1, "a bound on what was not selected"
        assert not dual or last in (a, a - 1), "a bound on F_k that is no neighbour"
        return "router", min(2, routes) if dual else routes
    right = len(bound["outcomes"]) == 1 and lower == (last == a) and last < len(stage["estimation"]["counts"])
    assert right, "a bound on what was not selected"
    if record["kind"] == "cascade":  # records whose last stage has no upper bound may have a part less
        last = stage["id"] == record["routing"]["mix"][-1]["id"]
        return ("expert", routes + 1) if lower else ("silence", routes + 1 if last else routes)
    return {
        ("router", True): ("router", 1), ("router", False): ("other route", routes),
        ("expert", True): ("expert", 1), ("expert", False): ("other class", classes),
        ("peer", True): ("peer", routes), ("peer", False): ("other class of peers", routes * classes),
    }[stage["stage"], lower]


def check_routing(record):
    """The deployed classifier is of its kind, and the stages are those of such a certificate."""
    kind, routing, stages = record["kind"], record["routing"], [s["stage"] for s in record["stages"]]
    ids = [m["id"] for m in routing["mix"]]
    assert len(set(ids)) == len(ids) <= 1024 and len(stages) <= len(ids) + 1, "the mix"
    rules = {"single": {"fixed"}, "cascade": {"cascade"}}.get(kind, {"mostVoted", "quantile", "biased"})
    right = routing["kind"] in rules and ("router" in routing) == (kind in ("dual", "exclusion"))
    assert right, "the routing of this kind"
    assert kind != "single" or len(ids) == 1, "one expert"
    own = {"quantile": {"tau"}, "biased": {"bias"}, "cascade": {"thresholds"}}.get(routing["kind"], set())
    assert {"tau", "bias", "thresholds"} & set(routing) == own, "what belongs to another rule"
    assert 0 < Decimal(routing.get("tau", ".5")) < 1, "tau"
    thetas = [Decimal(m["pass"]) for m in routing["mix"] if "pass" in m]
    assert all(0 < theta < 1 and theta * 200 % 1 == 0 for theta in thetas), "thresholds of experts"
    assert "pass" not in routing.get("router", {}), "a router that passes"
    biases = routing.get("bias", [0] * len(ids))
    assert len(biases) == len(ids) and all(abs(b) <= 100 for b in biases), "biases"
    if kind == "cascade":
        classes = len(record["stages"][0]["estimation"]["counts"])
        right = all(isinstance(stage, str) or len(stage) == classes > 1 for stage in routing["thresholds"])
        thresholds = [taus(routing, place, classes) for place in range(len(routing["thresholds"]))]
        right = right and all(0 < tau < 1 for stage in thresholds for tau in stage)
        assert right and len(thresholds) == len(ids) - 1, "thresholds"
        answering = stages.index("expert") if "expert" in stages else len(stages)
        right = stages == ["earlier"] * answering + ["expert"] + ["later"] * (len(stages) - answering - 1)
        at = [ids.index(s["id"]) if s["id"] in ids else -1 for s in record["stages"]]
        right = right and at[:answering + 1] == list(range(answering + 1)) and at == sorted(set(at))
        assert right, "stages in their order"
    elif kind == "single":
        assert stages == ["expert"], "stages"
    else:
        asked = stages[2:] == ["peer"] * len(stages[2:]) and (kind == "exclusion" or not stages[2:])
        assert stages == ["router"] or stages[:2] == ["router", "expert"] and asked, "stages"
    for stage in record["stages"]:
        assert ("selection" in stage) == (stage["stage"] not in ("peer", "later")), "who selects"
        assert 0 < Decimal(stage["sigma"]) <= Decimal("3.5"), "sigma"


def check_votes(record):
    """Counts make up their ranges, on the streams and indices of every such certificate, by the functions deployed."""
    routing, ids = record["routing"], [m["id"] for m in record["routing"]["mix"]]
    first = next(s for s in record["stages"] if "selection" in s)["selection"]["from"]
    assert first in (0, FAILOVER), "where samples begin"
    for stage in record["stages"]:
        router, estimation = stage["stage"] == "router", stage["estimation"]
        member = routing.get("router") if router else next((m for m in routing["mix"] if m["id"] == stage["id"]), None)
        assert member and member["id"] == stage["id"], "not deployed"
        assert stage["stream"] == (0 if router else 1 + ids.index(stage["id"])), "stream"
        for votes in filter(None, (stage.get("selection"), estimation)):
            n = votes["to"] - votes["from"]
            assert sum(votes["counts"]) + votes.get("passed", 0) + votes["undecided"] == n <= 10 ** 9, "counts"
            assert "passed" not in votes or "pass" in member, "passes without a threshold"
            assert n > 0 or votes is estimation and stage["stage"] == "earlier", "no votes"
            assert votes["function"] == member["function"], "a foreign function"
            assert len(votes["counts"]) == len(estimation["counts"]), "other outcomes"
        if "selection" in stage:
            chosen = stage["selection"]
            assert chosen["from"] == first and estimation["from"] == chosen["to"], "indices"
        else:
            assert estimation["from"] == first + PEERS, "indices of who selects nothing"
        if router:
            assert len(estimation["counts"]) == len(ids), "routes"


def check_outcomes(record):
    """Outcomes are those that the selection votes select, and everybody speaks about the same class."""
    routing, stages = record["routing"], record["stages"]
    expert = next((s for s in stages if s["stage"] == "expert"), None)
    asked = expert and (expert["outcome"], len(expert["estimation"]["counts"]))
    for place, stage in enumerate(stages):
        if stage["stage"] != "router":
            assert (stage["outcome"], len(stage["estimation"]["counts"])) == asked, "another class"
        if record["kind"] == "cascade" and "selection" in stage:
            last, counts = place == len(routing["mix"]) - 1, stage["selection"]["counts"]
            thresholds = taus(routing, place, len(counts))
            chosen = foremost(thresholds, stage["selection"])
            decided = sum(counts) + stage["selection"].get("passed", 0)
            accepts = last or counts[chosen] >= thresholds[chosen] * decided
            assert accepts == (stage["stage"] == "expert"), "who answers"
            assert not accepts or stage["outcome"] == chosen, f"selected {chosen}"
        elif stage["stage"] in ("router", "expert"):
            chosen = by_rule(routing if stage["stage"] == "router" else {"kind": "mostVoted"}, stage["selection"])
            assert stage["outcome"] == chosen, f"selected {chosen}"
        assert record["kind"] != "cascade" or len(stage["estimation"]["counts"]) > 1, "two classes or more"
    if record["kind"] in ("dual", "exclusion") and expert:
        assert routing["mix"][stages[0]["outcome"]]["id"] == expert["id"], "routed elsewhere"
        peers = [s["id"] for s in stages if s["stage"] == "peer"]
        assert len(set(peers)) == len(peers) and expert["id"] not in peers, "a peer twice, or the routed expert"


def check_plan(record):
    """One family of bounds for all stages, one n where it is read at n, looks that were registered."""
    ids = [m["id"] for m in record["routing"]["mix"]]
    stages, bounds = record["stages"], [b for s in record["stages"] for b in s["bounds"]]
    assert len({(b["kind"], tuple(b.get("looks", ()))) for b in bounds}) <= 1, "several families of bounds"
    n = {s["estimation"]["to"] - s["estimation"]["from"] for s in stages}
    kind, looks = (bounds[0]["kind"], bounds[0].get("looks", [])) if bounds else ("", [])
    assert kind != "schedule" or n <= set(looks), "votes beyond the last look"
    if kind in ("clopperPearson", "randomisedClopperPearson"):
        n = {s["estimation"]["to"] - s["estimation"]["from"] for s in stages if s["stage"] != "router"} - {0}
        assert len(n) <= 1, "several n"
    if record["kind"] == "cascade":
        assert len({s["selection"]["to"] for s in stages if "selection" in s}) == 1, "several n0"
        for stage in stages:
            uppers = [b for b in stage["bounds"] if b["side"] == "upper"]
            counts = stage["estimation"]["counts"]
            if kind in ("betaMixture", "schedule"):  # another class may come nearest at another look: all are bounded
                assert len(uppers) in (0, len(counts) - 1), "bounds on some of the other classes alone"
                continue
            assert len(uppers) <= 1, "several bounds on other classes of one stage"
            thresholds = taus(record["routing"], ids.index(stage["id"]), len(counts))
            for label in (b["outcomes"][0] for b in uppers):
                alike = [k for k in range(len(counts)) if k != stage["outcome"] and thresholds[k] == thresholds[label]]
                right = uppers[0]["kind"] == "clopperPearson" and counts[label] == max(counts[k] for k in alike)
                assert right, "V is on the other class with the most votes, of those with one threshold"


def check_bounds(record):
    """Every bound comes from its counts at its part of alpha.

    By stage {(side, last outcome): (p, 1 - p)}: SciPy's, stated.
    """
    seed, shares, total = int(record["seed"]["value"]), record["alpha"]["shares"], record["alpha"]["total"]
    assert seed < 2 ** 64, "seed"
    named = {s["share"]: s for s in shares}
    assert len(named) == len(shares) and sum(s["alpha"] for s in shares) <= total * (1 + 1e-12), "alpha"
    worst, found, said = 0, [], []
    for stage in record["stages"]:
        found.append({})
        said.append({})
        for bound in stage["bounds"]:
            name, count = planned(record, stage, bound)
            assert bound["share"] == name and name in named, f"it spends {bound['share']}, not {name}"
            parts = named[name].get("bounds", 1)
            assert bound["alpha"] <= named[name]["alpha"] / parts * (1 + 1e-12), "more than its part of a share"
            assert count <= parts, "a share for fewer bounds than were planned"
            key = bound["side"], bound["outcomes"][-1]
            assert key not in found[-1], "two bounds on the same"
            found[-1][key] = recompute(stage, bound, seed)
            said[-1][key] = bound["value"], bound["complement"]
            worst = max([worst] + [abs(s / f - 1) if f else s for s, f in zip(said[-1][key], found[-1][key])])
        assert possible(stage), "looks that no one sequence of votes has"
    assert worst < TOLERANCE, f"a bound is off by {worst}"
    return worst, found, said


def cascade(record, p):
    """R_1 by R_i = max(A_i, min(S_i, R_i+1)), and the terms that are as large (docs/certificates.md, section 5)."""
    ids = [m["id"] for m in record["routing"]["mix"]]
    answers, silences, terms = [0.0] * len(ids), [0.0] * len(ids), []
    for stage, known in zip(record["stages"], p):
        place = ids.index(stage["id"])
        lower = known.get(("lower", stage["outcome"]), (0.0, 1.0))
        counts, c, sigma = stage["estimation"]["counts"], stage["outcome"], float(stage["sigma"])
        tau = [(float(t), float(1 - t)) for t in taus(record["routing"], place, len(counts))]
        others = [k for k in range(len(counts)) if k != c]
        # V of every other class: each as it is bounded where looks may differ; at one n from its count at the alpha of
        # the one that is stated; 1 where none is.
        bound = next((b for b in stage["bounds"] if b["side"] == "upper"), None)
        looks = bound and bound["kind"] in ("betaMixture", "schedule")
        most = {k: min(known["upper", k] if looks else upper_of(k, stage["estimation"], bound["alpha"]), lower[::-1])
                if bound else lower[::-1] for k in others}
        rival = min(others, key=lambda k: z(tau[k]) - z(most[k]))
        if looks:
            upper = most[rival]
        elif bound:
            other, upper = bound["outcomes"][-1], min(known["upper", bound["outcomes"][-1]], lower[::-1])
            assert z(tau[other]) - z(upper) <= z(tau[rival]) - z(most[rival]) + TOLERANCE, "another class comes nearer"
            rival = other
        else:
            upper = lower[::-1]
        answer, lead = gap(sigma, lower, tau[c]), gap(sigma / 2, lower, upper, z(tau[rival]) - z(tau[c]))
        if place == len(ids) - 1:
            answers[place] = max(answer, lead)
        else:
            answers[place] = answer if tau[c][0] + tau[rival][0] >= 1 else min(answer, lead)
            silences[place] = gap(sigma, tau[rival], upper)
        limit = stage["stage"], None if stage["stage"] == "expert" else stage["id"]
        terms += [(*limit, answers[place]), (*limit, silences[place])]
    radius = answers[-1]
    for place in reversed(range(len(ids) - 1)):
        radius = max(answers[place], min(silences[place], radius))
    return radius, [term for term in terms if near(term[2], radius) or radius == 0]


def routed(record, p):
    """R = min over R_a(c) and max(X_j, R_j(c)), and which of them it is."""
    stages, mix = record["stages"], record["routing"]["mix"]
    known = dict(zip((s["stage"] if s["stage"] != "peer" else s["id"] for s in stages), zip(stages, p)))
    terms = [("expert", None, radius_of(*known["expert"]) if "expert" in known else inf)]
    if stages[0]["stage"] == "router":
        router, bounds = stages[0], p[0]
        peers = {s["id"]: radius_of(s, values) for s, values in zip(stages, p) if s["stage"] == "peer"}
        for j, member in enumerate(mix):
            if j != router["outcome"]:
                x, r = excluded(record, router, bounds, j), peers.get(member["id"], 0.0)
                route = member["id"] if record["kind"] == "exclusion" else None
                terms += [(kind, route, max(x, r))
                          for kind, term in (("peer", r), ("router", x)) if near(term, max(x, r))]
    least = min(term[2] for term in terms)
    return least if "expert" in known else 0.0, [term for term in terms if near(term[2], least)]


def near(x, y):
    return x == y or abs(x - y) <= TOLERANCE * min(x, y)


def check(record):
    """How far a record's bounds are from SciPy's, and its radius.

    AssertionError where it claims what does not follow.
    """
    conform(record)
    check_routing(record)
    check_votes(record)
    check_outcomes(record)
    check_plan(record)
    worst, found, said = check_bounds(record)
    for stage, bounds in zip(record["stages"], said):
        cumulative = stage["stage"] == "router" and record["routing"]["kind"] == "quantile"
        bounded = cumulative or stage["stage"] == "earlier" or ("lower", stage["outcome"]) in bounds
        assert bounded, "no bound on what was selected"

    terms = cascade if record["kind"] == "cascade" else routed
    proved, (radius, limits) = terms(record, found)[0], terms(record, said)
    expert = next((s for s in record["stages"] if s["stage"] == "expert"), None)
    if record["class"] is None:
        assert record["radius"] == 0 and proved == 0, f"abstains, but the radius is {radius}"
    else:
        assert proved > 0, "the counts force an abstention"
        assert near(record["radius"], radius) and record["radius"] > 0, f"radius {radius}"
        assert record["class"] == expert["outcome"], "class"
    limit = record["limitingStage"], record.get("limitingRoute")
    right = limit in [term[:2] for term in limits]
    if record["kind"] == "cascade" and record["class"] is None:
        right = (limit[0] == "expert") == (limit[1] is None) and limit[0] in ("expert", "earlier", "later")
    assert right, "what limits"
    return worst, record["radius"]


def verdict(text, key=None):
    """(whether it holds, what is said of it); whatever the text is."""
    try:
        document = parse(text)
        conform(document)
        if key:
            check_signature(document, key)
        off, proved = check(document)
    except Exception as fault:  # one bad record never stops the next
        return False, f"does not hold: {str(fault) if isinstance(fault, AssertionError) else repr(fault)}"
    return True, f"holds{', signed' if key else ''}; radius {proved:.15g}, bounds within {off:.1e} of SciPy's"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", help="certificate records: a JSON document, or JSON lines")
    parser.add_argument("--key", help="public key (PEM) that must have signed every record; needs the openssl command")
    options = parser.parse_args()
    failed = 0
    for path in options.files:
        for where, text in texts(path):
            holds, said = verdict(text, options.key)
            failed += not holds
            print(f"{where}: {said}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

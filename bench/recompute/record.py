#!/usr/bin/env python3
"""Certificate records by hand: every bound by SciPy, the radius by docs/certificates.md, the signature by openssl. Exit status 1 if one fails.

Written after docs/certificates.md and docs/schema/certificate.schema.json, not after the program's verifier, and shares no code with it:
single, dual and exclusion certificates, routed by most votes, a quantile of them, or with a bias, and cascades; selection, ranges, functions and the
alpha ledger included.
"""
import argparse
import base64
import hashlib
import json
import subprocess
import sys
import tempfile
from decimal import Decimal
from math import exp, inf, log, log1p

from scipy.optimize import brentq
from scipy.special import betaln
from scipy.stats import beta, binom, norm

TOLERANCE = 1e-9


def es6(x):
    """A number as ECMAScript prints it."""
    if isinstance(x, int) or x == int(x) and abs(x) < 1e21:
        return str(int(x))
    mantissa, _, exponent = repr(x).partition("e")
    if not exponent and abs(x) < 1e-6:
        raise ValueError(x)
    if exponent and -7 < int(exponent) < 0:
        return format(Decimal(repr(x)), "f")
    return mantissa + (f"e{int(exponent):+d}" if exponent else "")


def canonical(x):
    """RFC 8785."""
    if isinstance(x, dict):
        return "{" + ",".join(json.dumps(k, ensure_ascii=False) + ":" + canonical(x[k]) for k in sorted(x, key=lambda k: k.encode("utf-16-be"))) + "}"
    if isinstance(x, list):
        return "[" + ",".join(map(canonical, x)) + "]"
    if x is None or isinstance(x, (bool, str)):
        return json.dumps(x, ensure_ascii=False)
    return es6(x)


def philox(counter, seed):
    x, key = list(counter), [seed & 0xFFFFFFFF, seed >> 32]
    for _ in range(10):
        low, high = 0xD2511F53 * x[0], 0xCD9E8D57 * x[2]
        x = [(high >> 32) ^ x[1] ^ key[0], high & 0xFFFFFFFF, (low >> 32) ^ x[3] ^ key[1], low & 0xFFFFFFFF]
        key = [(key[0] + 0x9E3779B9) & 0xFFFFFFFF, (key[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return x


def randomiser(seed, stream):
    words = [philox((plane << 31, 0xFFFFFFFF, 0x7FFFFFFF, stream), seed)[0] for plane in (0, 1)]
    return ((words[0] << 32) + words[1] + 1) / 2 ** 64


def clopper_pearson(k, n, alpha):
    return (beta.ppf(alpha, k, n - k + 1), beta.isf(alpha, n - k + 1, k)) if k else (0.0, 1.0)


def randomised(k, n, alpha, w):
    f = lambda p: binom.sf(k, n, p) + w * binom.pmf(k, n, p) - alpha
    p = brentq(f, 1e-12, 1 - 1e-12, xtol=1e-15, rtol=1e-14)
    return p, 1 - p


def mixture(s, t, alpha, a, b):
    if s == 0:
        return 0.0, 1.0

    def ln_m(x):
        ln_p, ln_q = -log1p(exp(-x)), -log1p(exp(x))
        p = exp(ln_p)
        return (betaln(a + s, b + t - s) + beta.logsf(p, a + s, b + t - s) - betaln(a, b) - beta.logsf(p, a, b) - s * ln_p - (t - s) * ln_q)

    x = brentq(lambda x: ln_m(x) + log(alpha), -60, log(s / (t - s)) if s < t else 30, xtol=1e-13)
    return 1 / (1 + exp(-x)), 1 / (1 + exp(x))


def recompute(stage, bound, seed):
    votes = stage["estimation"]
    n, k, t, alpha = votes["to"] - votes["from"], bound["successes"], bound["draws"], bound["alpha"]
    upper = bound["side"] == "upper"
    counted = sum(votes["counts"][o] for o in bound["outcomes"]) + (votes["undecided"] if upper else 0)
    assert 0 <= k <= counted and 0 <= t - k <= n - counted, "counts of a bound"
    if upper:
        k = t - k
    a, b = bound.get("a"), bound.get("b")
    if bound["kind"] == "clopperPearson":
        assert t == n
        p, q = clopper_pearson(k, t, alpha)
    elif bound["kind"] == "randomisedClopperPearson":
        assert t == n and abs(bound["w"] / randomiser(seed, stage["stream"]) - 1) < 1e-15
        p, q = randomised(k, t, alpha, bound["w"])
    elif bound["kind"] == "schedule":
        assert t in bound["looks"]
        p, q = clopper_pearson(k, t, alpha / len(bound["looks"]))
    else:
        none = {"counts": [0] * len(votes["counts"]), "from": 0, "to": 0}  # a peer selects nothing
        chosen = stage.get("selection", none)
        selected, selection = sum(chosen["counts"][o] for o in bound["outcomes"]), chosen["to"] - chosen["from"]
        assert (a, b) in ((0.5, 0.5), (selected + 0.5, selection - selected + 0.5)), "a and b"
        p, q = mixture(k, t, alpha, *((b, a) if upper else (a, b)))
    return (q, p) if upper else (p, q)


def z(pq):
    p, q = pq
    return norm.ppf(p) if p < q else norm.isf(q)


def by_rule(routing, votes):
    """The route that votes select: most voted, quantile tau of the decided votes in the order of the mix, or largest z(P_k) + b_k."""
    counts, n = votes["counts"], votes["to"] - votes["from"]
    if routing["kind"] == "quantile":
        decided = sum(counts)
        return next((k for k in range(len(counts) - 1) if sum(counts[:k + 1]) >= Decimal(routing["tau"]) * decided), len(counts) - 1)
    scores = counts if routing["kind"] != "biased" else [norm.ppf(k / n) + b for k, b in zip(counts, routing["bias"])]
    return max(range(len(counts)), key=lambda k: scores[k])  # the first of equals


def excluded(record, router, j):
    """X_j, within which route j cannot become the route (docs/certificates.md, sections 1, 2 and 2b)."""
    routing, a, s, p = record["routing"], router["outcome"], float(router["sigma"]), router["p"]
    dual = record["kind"] == "dual"
    if routing["kind"] == "quantile":
        tau = norm.ppf(float(routing["tau"]))
        if j > a:
            bound = p.get(("lower", tuple(range(a + 1 if dual else j))))
            return max(0.0, s * (z(bound) - tau)) if bound else 0.0
        bound = p.get(("upper", tuple(range(a if dual else j + 1))))
        return max(0.0, s * (tau - z(bound))) if bound else 0.0
    chosen = p["lower", (a,)]
    other = min(p.get(("upper", (j,)), (1.0, 0.0)), chosen[::-1])  # min(U_j, 1 - p_a)
    lead = routing["bias"][a] - routing["bias"][j] if routing["kind"] == "biased" else 0.0
    return max(0.0, s / 2 * (z(chosen) + lead - z(other)))


def radius_of(stage):
    """sigma z(p), or sigma/2 (z(p_A) - z(p_B)) where every other class was bounded above (docs/certificates.md, section 4)."""
    lower, sigma = stage["p"]["lower", (stage["outcome"],)], float(stage["sigma"])
    others = [stage["p"].get(("upper", (c,))) for c in range(len(stage["estimation"]["counts"])) if c != stage["outcome"]]
    if not others or None in others:
        return max(0.0, sigma * z(lower))
    second = max(min(other, lower[::-1]) for other in others)  # max over j of min(U_j, 1 - p_A)
    return max(0.0, sigma / 2 * (z(lower) - z(second)))


def planned(record, stage, bound):
    """How many bounds of this bound's role the certificate plans, whatever the votes will say."""
    routes, classes = max(1, len(record["routing"]["mix"]) - 1), max(1, len(stage["estimation"]["counts"]) - 1)
    if stage["stage"] == "router" and record["routing"]["kind"] == "quantile":
        k = bound["outcomes"][-1]
        a = stage["outcome"]
        assert bound["outcomes"] == list(range(k + 1)) and bound["side"] == ("lower" if k >= a else "upper"), "a bound on what was not selected"
        return "cumulative", min(2, routes) if record["kind"] == "dual" else routes
    lower = bound["side"] == "lower"
    assert len(bound["outcomes"]) == 1 and lower == (bound["outcomes"][0] == stage["outcome"]), "a bound on what was not selected"
    if record["kind"] == "cascade":
        assert lower or stage["id"] != record["routing"]["mix"][-1]["id"], "the last stage is never silent"
        return ("class", routes + 1) if lower else ("silence", routes)
    return (stage["stage"], lower), {"router": (routes, 1), "expert": (classes, 1), "peer": (routes * classes, routes)}[stage["stage"]][lower]


def cascade(record):
    """R_i = max(A_i, min(S_i, R_i+1)) from the last stage to the first, and which stages decide it (docs/certificates.md, section 5)."""
    routing, stages = record["routing"], record["stages"]
    places = [m["id"] for m in routing["mix"]]
    thresholds = [float(tau) for tau in routing["thresholds"]] + [0.5]
    assert len(thresholds) == len(places) > 1 and all(0.5 <= tau < 1 for tau in thresholds), "thresholds"
    kinds, at = [s["stage"] for s in stages], [places.index(s["id"]) for s in stages]
    answering = kinds.index("expert")
    assert kinds == ["earlier"] * answering + ["expert"] + ["later"] * (len(kinds) - answering - 1), "stages of a cascade"
    assert at[:answering + 1] == list(range(answering + 1)) and at == sorted(set(at)), "their order"
    answers, silences = [0.0] * len(places), [0.0] * len(places)
    for place, stage in zip(at, stages):
        assert stage["outcome"] == stages[answering]["outcome"], "a stage about another class"
        assert ("selection" in stage) == (stage["stage"] != "later"), "a later stage selects nothing"
        assert "selection" in stage or stage["estimation"]["from"] == stages[answering]["selection"]["from"] + 2 ** 40, "a later stage draws where peers do"
        if "selection" in stage:
            counts = stage["selection"]["counts"]
            accepts = place == len(places) - 1 or max(counts) >= Decimal(str(thresholds[place])) * sum(counts)
            assert accepts == (stage["stage"] == "expert"), "who answers"
        lower = stage["p"].get(("lower", (stage["outcome"],)), (0.0, 1.0))
        uppers = {o[0]: p for (side, o), p in stage["p"].items() if side == "upper"}
        counts = stage["estimation"]["counts"]
        most = max(n for c, n in enumerate(counts) if c != stage["outcome"])
        assert not uppers or any(counts[c] == most for c in uppers), "V is on the other class with the most votes"
        upper = min([*uppers.values(), lower[::-1]])
        sigma, tau = float(stage["sigma"]), norm.ppf(thresholds[place])
        answers[place], silences[place] = max(0.0, sigma * (z(lower) - tau)), max(0.0, sigma * (tau - z(upper)))
    radius = answers[-1]
    for place in reversed(range(len(places) - 1)):
        radius = max(answers[place], min(silences[place], radius))
    near = lambda x: abs(x - radius) <= TOLERANCE * (1 + radius)
    return radius, {("expert" if s is stages[answering] else s["stage"], None if s is stages[answering] else s["id"])
                    for place, s in zip(at, stages) if near(answers[place]) or near(silences[place])}


def check(record):
    """What the counts of a record prove: how far its bounds are from SciPy's, and the radius. AssertionError where it claims anything else."""
    seed, routing = int(record["seed"]["value"]), record["routing"]
    shares = {s["share"]: s for s in record["alpha"]["shares"]}
    assert len(shares) == len(record["alpha"]["shares"]), "a share named twice"
    assert sum(s["alpha"] for s in shares.values()) <= record["alpha"]["total"] * (1 + 1e-12), "alpha"
    used, roles, worst = {}, {}, 0
    functions = {m["id"]: m["function"] for m in routing["mix"] + ([routing["router"]] if "router" in routing else [])}
    for stage in record["stages"]:
        for votes in filter(None, (stage.get("selection"), stage["estimation"])):
            assert min(votes["counts"]) >= 0 and sum(votes["counts"]) + votes["undecided"] == votes["to"] - votes["from"], "counts"
            assert votes["function"] == functions.get(stage["id"]), "a foreign function"
            ranges = used.setdefault(stage["stream"], [])
            assert all(votes["to"] <= start or end <= votes["from"] for start, end in ranges), "a sample used twice"
            ranges.append((votes["from"], votes["to"]))
        if "selection" in stage and record["kind"] != "cascade" or stage["stage"] == "expert":
            chosen = by_rule(routing if stage["stage"] == "router" else {"kind": "mostVoted"}, stage["selection"])
            assert stage["outcome"] == chosen, f"selected {chosen}"
        stage["p"] = {}
        for bound in stage["bounds"]:
            share = shares[bound["share"]]
            role, count = planned(record, stage, bound)
            roles.setdefault(bound["share"], {})[role] = count
            assert 0 < bound["alpha"] <= share["alpha"] / share.get("bounds", 1) * (1 + 1e-12), "more than its part of a share"
            p, q = stage["p"][bound["side"], tuple(bound["outcomes"])] = recompute(stage, bound, seed)
            for said, found in ((bound["value"], p), (bound["complement"], q)):
                worst = max(worst, abs(said / found - 1) if found else said)
    assert worst < TOLERANCE, f"a bound is off by {worst}"
    assert all(sum(roles[s].values()) <= shares[s].get("bounds", 1) for s in roles), "a share for fewer bounds than were planned"

    if record["kind"] == "cascade":
        radius, limits = cascade(record)
        answer = next(s for s in record["stages"] if s["stage"] == "expert")["outcome"]
        assert abs(record["radius"] - radius) < TOLERANCE * (1 + radius), f"radius {radius}"
        assert (record["class"] is None) == (record["radius"] == 0) and record["class"] in (None, answer), "class"
        assert radius == 0 or (record["limitingStage"], record.get("limitingRoute")) in limits, "what limits"
        return worst, radius

    stages = {kind: [s for s in record["stages"] if s["stage"] == kind] for kind in ("router", "expert", "peer")}
    expert = stages["expert"][0] if stages["expert"] else None
    peers = {s["id"]: radius_of(s) for s in stages["peer"]}
    assert len(peers) == len(stages["peer"]) and (not expert or expert["id"] not in peers), "a peer twice, or the routed expert"
    assert all(s["outcome"] == expert["outcome"] for s in stages["peer"]), "a peer of another class"
    terms = [("expert", None, radius_of(expert) if expert else inf)]
    for router in stages["router"]:
        assert expert is None or routing["mix"][router["outcome"]]["id"] == expert["id"], "routed elsewhere"
        for j, member in enumerate(routing["mix"]):
            if j != router["outcome"]:
                x, r = excluded(record, router, j), peers.get(member["id"], 0.0)
                terms.append(("peer" if r > x else "router", member["id"] if record["kind"] == "exclusion" else None, max(x, r)))
    radius = min(term[2] for term in terms) if expert else 0.0
    assert abs(record["radius"] - radius) < TOLERANCE * (1 + radius), f"radius {radius}"
    assert (record["class"] is None) == (record["radius"] == 0) and record["class"] in (None, expert and expert["outcome"]), "class"
    least = min(term[2] for term in terms)
    assert any(term[:2] == (record["limitingStage"], record.get("limitingRoute")) and term[2] <= least + TOLERANCE * (1 + least) for term in terms), \
        "what limits"
    return worst, radius


def check_signature(record, pem):
    assert "signature" in record, "unsigned"
    signature = record.pop("signature")
    der = subprocess.run(["openssl", "pkey", "-pubin", "-in", pem, "-outform", "DER"], check=True, capture_output=True).stdout
    assert signature["key"] == hashlib.sha256(der).hexdigest(), "key id"
    raw = base64.b64decode(signature["value"])
    integer = lambda b: (lambda i: b"\x02" + bytes([len(i)]) + i)((b"\0" if b.lstrip(b"\0")[:1] >= b"\x80" else b"") + b.lstrip(b"\0"))
    body = integer(raw[:32]) + integer(raw[32:])
    with tempfile.NamedTemporaryFile() as der_file:
        der_file.write(b"\x30" + bytes([len(body)]) + body)
        der_file.flush()
        result = subprocess.run(["openssl", "dgst", "-sha256", "-verify", pem, "-signature", der_file.name],
                                input=canonical(record).encode(), capture_output=True)
    assert result.returncode == 0, "signature"


def records(path):
    """(where, record) for each record of a file: one JSON document, or one a line."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    try:
        yield path, json.loads(text)
    except json.JSONDecodeError:
        for number, line in enumerate(text.splitlines(), start=1):
            if line.strip():
                yield f"{path}:{number}", json.loads(line)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", help="certificate records: a JSON document, or JSON lines")
    parser.add_argument("--key", help="public key (PEM) that must have signed every record; needs the openssl command")
    options = parser.parse_args()
    failed = 0
    for path in options.files:
        for where, document in records(path):
            try:
                if options.key:
                    check_signature(document, options.key)
                off, proved = check(document)
                print(f"{where}: holds{', signed' if options.key else ''}; radius {proved:.15g}, bounds within {off:.1e} of SciPy's")
            except AssertionError as fault:
                failed += 1
                print(f"{where}: does not hold: {fault}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

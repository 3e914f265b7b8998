"""Checks certificate records from their description alone, with SciPy and the openssl command: python3 verify_record.py public.pem dual.json exclusion.json

Written after docs/certificates.md and docs/schema/certificate.schema.json, not after the C# verifier. Bounds, radius, class, limiting stage, ranges,
the alpha ledger and the signature are checked; prints what was found and exits with 1 where something does not hold.
"""
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
        selected = sum(stage["selection"]["counts"][o] for o in bound["outcomes"])
        selection = stage["selection"]["to"] - stage["selection"]["from"]
        assert (a, b) in ((0.5, 0.5), (selected + 0.5, selection - selected + 0.5)), "a and b"
        p, q = mixture(k, t, alpha, *((b, a) if upper else (a, b)))
    return (q, p) if upper else (p, q)


def z(pq):
    p, q = pq
    return norm.ppf(p) if p < q else norm.isf(q)


def check(record):
    seed = int(record["seed"]["value"])
    shares = {s["share"]: s["alpha"] for s in record["alpha"]["shares"]}
    assert sum(shares.values()) <= record["alpha"]["total"] * (1 + 1e-12), "alpha"
    used, spent, worst = set(), dict.fromkeys(shares, 0), 0
    for stage in record["stages"]:
        for votes in filter(None, (stage.get("selection"), stage["estimation"])):
            assert sum(votes["counts"]) + votes["undecided"] == votes["to"] - votes["from"], "counts"
            indices = {(stage["stream"], i) for i in range(votes["from"], votes["to"])}
            assert not indices & used, "a sample used twice"
            used |= indices
        stage["p"] = {}
        for bound in stage["bounds"]:
            spent[bound["share"]] += bound["alpha"]
            p, q = stage["p"][bound["side"], tuple(bound["outcomes"])] = recompute(stage, bound, seed)
            worst = max(worst, abs(bound["value"] / p - 1), abs(bound["complement"] / q - 1))
    assert worst < TOLERANCE, f"a bound is off by {worst}"
    assert all(spent[s] <= shares[s] * (1 + 1e-12) for s in shares), "shares"

    by_kind = {kind: [s for s in record["stages"] if s["stage"] == kind] for kind in ("router", "expert", "peer")}
    radius_of = lambda s: max(0.0, float(s["sigma"]) * z(s["p"]["lower", (s["outcome"],)]))
    (expert,) = by_kind["expert"]
    own, route, mix = radius_of(expert), inf, record["routing"]["mix"]
    for router in by_kind["router"]:
        a = router["outcome"]
        assert mix[a]["id"] == expert["id"], "routed elsewhere"
        if record["kind"] == "dual":
            route = radius_of(router)
            continue
        pa, qa = router["p"]["lower", (a,)]
        for j in (j for j in range(len(mix)) if j != a):
            u, v = router["p"].get(("upper", (j,)), (1, 0))
            other = (u, v) if u < qa else (qa, pa)
            excluded = max(0.0, float(router["sigma"]) / 2 * (z((pa, qa)) - z(other)))
            route = min(route, max([excluded] + [radius_of(p) for p in by_kind["peer"] if p["id"] == mix[j]["id"]]))
    radius = min(own, route)
    assert abs(record["radius"] - radius) < TOLERANCE * (1 + radius), f"radius {radius}"
    assert record["class"] == (expert["outcome"] if radius > 0 else None), "class"
    assert record["limitingStage"] == ("router" if route < own else "expert"), "limiting stage"
    return worst, radius


def check_signature(record, pem):
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


if __name__ == "__main__":
    failed = False
    for path in sys.argv[2:]:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        try:
            check_signature(document, sys.argv[1])
            off, proved = check(document)
            print(f"{path}: holds, signed; radius {proved:.15g}, bounds within {off:.1e} of SciPy's")
        except AssertionError as fault:
            failed = True
            print(f"{path}: does not hold: {fault}")
    sys.exit(failed)

"""The bounds of docs/certificates.md, section 4, by SciPy: (p, 1 - p), each computed directly."""
from math import exp, log, log1p

from scipy.optimize import brentq
from scipy.special import betaln
from scipy.stats import beta, binom, norm


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
    if k == 0 and w >= alpha:
        return 0.0, 1.0
    if k == n:  # W p^n = alpha, where W counts as 2 alpha at least
        q = -(exp(log(alpha / max(w, 2 * alpha)) / n) - 1)
        return 1 - q, q
    p = brentq(lambda p: binom.sf(k, n, p) + w * binom.pmf(k, n, p) - alpha, 1e-12, 1 - 1e-12, xtol=1e-15, rtol=1e-14)
    return p, 1 - p


def mixture(s, t, alpha, a, b):
    if s == 0:
        return 0.0, 1.0

    def ln_m(x):
        ln_p, ln_q = -log1p(exp(-x)), -log1p(exp(x))
        p, rise, fall = exp(ln_p), a + s, b + t - s
        posterior = betaln(rise, fall) + beta.logsf(p, rise, fall)
        return posterior - betaln(a, b) - beta.logsf(p, a, b) - s * ln_p - (t - s) * ln_q

    try:
        x = brentq(lambda x: ln_m(x) + log(alpha), -60, log(s / (t - s)) if s < t else 30, xtol=1e-13)
    except ValueError:  # nothing is rejected
        return 0.0, 1.0
    return 1 / (1 + exp(-x)), 1 / (1 + exp(x))


def successes_of(votes, bound):
    """How many of all estimation votes a bound counts: undecided ones fail below and succeed above, passes never do."""
    return sum(votes["counts"][o] for o in bound["outcomes"]) + (votes["undecided"] if bound["side"] == "upper" else 0)


def prior(stage, bound):
    """a and b of a mixture: one half more than the selection votes on its outcomes, and than the others."""
    chosen = stage.get("selection")
    if not chosen:
        return 0.5, 0.5
    favourable = sum(chosen["counts"][o] for o in bound["outcomes"])
    others = chosen["to"] - chosen["from"] - favourable
    return (favourable + 0.5, others + 0.5) if max(favourable, others) < 1e6 else (0.5, 0.5)


def recompute(stage, bound, seed):
    """The bound that its counts give. AssertionError where they are not the stage's, or its kind is not read there."""
    votes = stage["estimation"]
    n, k, t, alpha = votes["to"] - votes["from"], bound["successes"], bound["draws"], bound["alpha"]
    counted, upper, kind = successes_of(votes, bound), bound["side"] == "upper", bound["kind"]
    assert n > 0 and 0 <= k <= counted and 0 <= t - k <= n - counted, "counts of a bound"
    own = {"schedule": {"looks"}, "betaMixture": {"a", "b"}, "randomisedClopperPearson": {"w"}}.get(kind, set())
    assert {"looks", "a", "b", "w"} & set(bound) == own, "what belongs to another kind"
    if upper:
        k = t - k
    if kind == "clopperPearson":
        assert t == n, "not at n"
        p, q = clopper_pearson(k, t, alpha)
    elif kind == "randomisedClopperPearson":
        assert t == n and abs(bound["w"] / randomiser(seed, stage["stream"]) - 1) < 1e-15, "not at n, or another W"
        p, q = randomised(k, t, alpha, bound["w"])
    elif kind == "schedule":
        looks = bound["looks"]
        assert t in looks and all(a < b for a, b in zip(looks, looks[1:])) and looks[-1] <= 10 ** 9, "looks"
        p, q = clopper_pearson(k, t, alpha / len(looks))
    else:
        a, b = prior(stage, bound)
        assert (bound["a"], bound["b"]) == (a, b), "a and b"
        p, q = mixture(k, t, alpha, *((b, a) if upper else (a, b)))
    return (q, p) if upper else (p, q)


def z(pq):
    p, q = pq
    return norm.ppf(p) if p < q else norm.isf(q)

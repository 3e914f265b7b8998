"""Writes normal-*.json, clopper-pearson.json and binomial-test.json beside itself: references in 60 digits, by other
algorithms than the product's.

Normal: mpmath's erfc and a Newton iteration on it. Clopper-Pearson: the binomial tail as its sum of positive terms,
inverted by the secant method in the logarithm of p (or of 1 - p, whichever is smaller), cross-checked against
scipy.stats.beta. Binomial test: exact integers, cross-checked against scipy.stats.binomtest. Takes seconds; scipy
itself is off by up to 4e-9 relative at n = 1e9 with almost all successes, which the run reports.
"""
import json
import os
from fractions import Fraction
from math import comb

from mpmath import erfc, exp, expm1, findroot, log, loggamma, mp, mpf, nstr, pi, sqrt
from scipy.stats import beta, binomtest

mp.dps = 60
HERE = os.path.dirname(os.path.abspath(__file__))


def write(name, rows):
    with open(os.path.join(HERE, name), "w", encoding="utf-8") as file:
        file.write("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")


def digits(x):
    return nstr(x, 22, min_fixed=0, max_fixed=0) if x else "0"


def tail(x):
    return erfc(x / sqrt(mpf(2))) / 2


def tail_quantile(q):
    """x with tail(x) = q < 1/2, by Newton on ln tail from the asymptotic start."""
    q = mpf(q)
    if q > mpf("0.3"):
        x = (mpf(1) / 2 - q) * sqrt(2 * pi)
    else:
        x = sqrt(-2 * log(q))
    for _ in range(200):
        value = tail(x)
        step = log(value / q) * value * sqrt(2 * pi) * exp(x * x / 2)
        x += step
        if abs(step) < mpf(10) ** -45 * max(abs(x), mpf(10) ** -30):
            return x
    raise ArithmeticError(q)


def normal():
    xs = [i / 8 for i in range(-80, 81)] + [i * 0.37 for i in range(28, 101)] + [
        1e-300, 1e-20, 1e-9, 1e-3, 37.5, 0.1, 2.2, -37.0, -1e-5]
    rows = [{"x": x, "cdf": digits(tail(-mpf(x))), "tail": digits(tail(mpf(x)))} for x in xs]
    qs = [10.0 ** -e for e in range(1, 301, 7)] + [i / 64 for i in range(1, 32)] + [
        0.5 - 2.0 ** -e for e in range(2, 53, 3)] + [
        5e-324, 1e-310, 0.05, 0.001, 0.0005, 0.00045, 1e-9, 0.2499999, 0.2500001, 0.4899999, 0.4900001]
    return {"cdf": rows, "quantile": [{"q": q, "tailQuantile": digits(tail_quantile(q))} for q in qs]}


def ln_upper_tail(k, n, p, q):
    """ln P[X >= k]; every term of the sum is positive."""
    first = loggamma(n + 1) - loggamma(k + 1) - loggamma(n - k + 1) + k * log(p) + (n - k) * log(q)
    scale = 1 << 220
    odds = int(p / q * scale)
    total, term, j = scale, scale, k
    while term and j < n:
        term = term * (n - j) * odds // ((j + 1) * scale)
        total += term
        j += 1
    return first + log(mpf(total)) - log(mpf(scale))


def lower(k, n, alpha):
    alpha = mpf(alpha)
    if k == 0:
        return mpf(0), mpf(1)
    if k == n:
        return exp(log(alpha) / n), -expm1(log(alpha) / n)
    start = mpf(float(beta.ppf(float(alpha), k, n - k + 1)))
    if start < mpf(1) / 2:
        f = lambda s: ln_upper_tail(k, n, exp(s), -expm1(s)) - log(alpha)
        s = findroot(f, (log(start), log(start) + mpf(10) ** -9), solver="secant", tol=mpf(10) ** -60)
        return exp(s), -expm1(s)
    start = mpf(float(beta.isf(float(alpha), n - k + 1, k)))  # the same bound as a quantile of 1 - p
    f = lambda s: ln_upper_tail(k, n, -expm1(s), exp(s)) - log(alpha)
    s = findroot(f, (log(start), log(start) + mpf(10) ** -9), solver="secant", tol=mpf(10) ** -60)
    return -expm1(s), exp(s)


def clopper_pearson():
    alphas = [0.05, 0.001, 0.0005, 1e-9]
    cases = []
    for n in (1, 2, 3, 10, 17, 100, 1000):
        for k in sorted({0, 1, 2, n // 3, n // 2, n - n // 10, n - 1, n}):
            if 0 <= k <= n:
                cases += [(k, n, a) for a in alphas + [1e-12, 0.5]]
    for n in (10_000, 100_000):
        for k in (1, 7, n // 100, n // 2, n // 2 + 3, 9 * n // 10, n - 25, n - 1, n):
            cases += [(k, n, a) for a in alphas + [1e-12]]
    for n in (10_000_000, 1_000_000_000):
        for k in (1, 1000, n // 2, n - n // 1000, n - 3, n - 1, n):
            cases += [(k, n, a) for a in (0.05, 0.0005, 1e-12)]
    rows = []
    for k, n, alpha in cases:
        p, q = lower(k, n, alpha)
        if 0 < k:
            for mine, scipy in ((p, beta.ppf(alpha, k, n - k + 1)), (q, beta.isf(alpha, n - k + 1, k))):
                if abs(mine / mpf(float(scipy)) - 1) > mpf(10) ** -9:
                    print(f"scipy differs by {nstr(mine / mpf(float(scipy)) - 1, 3)} at k={k} n={n} alpha={alpha}")
        rows.append({"k": k, "n": n, "alpha": alpha, "lower": digits(p), "complement": digits(q)})
    return rows


def binomial_test():
    rows = []
    for total in (1, 2, 5, 9, 10, 11, 12, 13, 100, 101, 999, 1000, 10_000, 100_000):
        half = total - total // 2
        largers = sorted({
            half, half + 1, half + 2, total * 11 // 20, total * 3 // 5, total * 9 // 10, total - 1, total})
        for larger in (k for k in largers if half <= k <= total):
            if total - larger > 50_100:
                continue
            term = comb(total, larger)
            tail_sum, j = 0, larger
            while j <= total:
                tail_sum += term
                term = term * (total - j) // (j + 1)
                j += 1
            value = min(Fraction(1), Fraction(2 * tail_sum, 2 ** total))
            p = mpf(value.numerator) / mpf(value.denominator)
            theirs = binomtest(larger, total, 0.5).pvalue
            if abs(float(p) - theirs) > 1e-11 * theirs:
                print(f"scipy says {theirs}, exact is {nstr(p, 17)} at larger={larger} total={total}")
            if p > mpf(10) ** -300:
                rows.append({"larger": larger, "total": total, "pValue": digits(p)})
    return rows


if __name__ == "__main__":
    tables = normal()
    write("normal-cdf.json", tables["cdf"])
    write("normal-quantile.json", tables["quantile"])
    write("binomial-test.json", binomial_test())
    write("clopper-pearson.json", clopper_pearson())

"""Writes beta-mixture.json and randomised.json beside itself: references in 34 digits, by other algorithms than the
product's.

Beta mixture: M_t(p) by quadrature over the log-odds of the alternatives, solved by the secant method; no incomplete
beta function is used. Randomised Clopper-Pearson: W from Philox4x32-10 by hand, the tails as sums of positive terms
(references.py). Takes a few minutes.
"""
import sys

from mpmath import exp, expm1, log, log1p, mp, mpf, quad, sqrt

from references import digits, ln_upper_tail, write

mp.dps = 34


def root(f, low, high):
    """Regula falsi by Anderson and Bjorck, to 1e-20 in the log-odds."""
    f_low, f_high, x = f(low), f(high), low
    while True:
        last, x = x, high - f_high * (high - low) / (f_high - f_low)
        if abs(x - last) < mpf(10) ** -20 * max(1, abs(x)):
            return x
        value = f(x)
        if value * f_high < 0:
            low, f_low = high, f_high
        else:
            share = 1 - value / f_high
            f_low *= share if share > 0 else mpf(1) / 2
        high, f_high = x, value


def ln_tail_integral(a, b, x_from):
    """ln of the integral of q^a (1-q)^b over the log-odds x > x_from: B(a, b) P(Beta(a, b) > p)."""
    a, b = mpf(a), mpf(b)

    def ln_integrand(x):
        return -a * log1p(exp(-x)) - b * log1p(exp(x))

    peak, spread = log(a / b), sqrt(1 / a + 1 / b)
    top = ln_integrand(max(peak, x_from))
    right, step = max(peak, x_from), spread
    points = {x_from}
    while ln_integrand(right) > top - 80:
        if right > x_from:
            points.add(right)
        right += step
        step *= mpf("1.5")
    points.add(right)
    left, step = peak - spread, spread
    while left > x_from and ln_integrand(left) > top - 80:
        points.add(left)
        left -= step
        step *= mpf("1.5")
    points = sorted(points)
    if points[1] - x_from > 50 * spread and ln_integrand(x_from) < top - 200:
        points[0] = points[1] - 50 * spread
    # The density of the log-odds falls faster than its own tail bound right of the last point.
    return top + log(quad(lambda x: exp(ln_integrand(x) - top), points, method="gauss-legendre"))


def mixture_lower(successes, draws, alpha, a, b):
    if successes == 0:
        return mpf(0), mpf(1)
    a, b, s, t = mpf(a), mpf(b), successes, draws

    def ln_m(x):
        return (ln_tail_integral(a + s, b + t - s, x) - ln_tail_integral(a, b, x)
                + s * log1p(exp(-x)) + (t - s) * log1p(exp(x)))

    level = -log(mpf(alpha))
    spread = sqrt(1 / (a + s) + 1 / (b + t - s))
    high = log(mpf(s) / (t - s)) if s < t else log((a + s) / b) + 40
    low = min(high, log((a + s) / (b + t - s))) - spread
    step = spread
    while ln_m(low) < level:
        high, low, step = low, low - step, step * 2
    f = lambda x: ln_m(x) - level
    x = root(f, low, high)
    return 1 / (1 + exp(-x)), 1 / (1 + exp(x))


def mixture():
    cases = []
    for t in (1, 2, 10, 100):
        for s in sorted({0, 1, t // 2, t - 1, t}):
            cases += [(s, t, alpha, a, b) for alpha in (0.5, 1e-3) for a, b in ((0.5, 0.5), (80.5, 20.5), (0.5, 100.5))]
    for t in (1000, 100_000):
        for s in (1, t // 100, t // 2 + 1, 9 * t // 10, t - 3, t):
            cases += [(s, t, alpha, a, b) for alpha in (0.05, 1e-12) for a, b in ((0.5, 0.5), (99.3, 1.7))]
    for t in (10_000_000, 1_000_000_000):
        for s in (1, t // 2, t - t // 1000, t - 3, t):
            cases += [(s, t, alpha, 0.5, 0.5) for alpha in (0.05, 1e-12)]
    cases += [(1, 1, 1e-100, 0.5, 0.5), (5, 5, 1e-200, 0.5, 0.5), (400, 1000, 1e-200, 0.5, 0.5),
              (700, 1000, 1e-3, 0.1, 1e6), (700, 1000, 1e-3, 1e6, 0.1),
              (700, 1000, 1e-3, 700.5, 300.5), (699, 1000, 1e-3, 7e5, 3e5)]
    rows = []
    for s, t, alpha, a, b in cases:
        p, q = mixture_lower(s, t, alpha, a, b)
        rows.append({"successes": s, "draws": t, "alpha": alpha, "a": a, "b": b,
                     "lower": digits(p), "complement": digits(q)})
        print(len(rows), "of", len(cases), rows[-1], file=sys.stderr)
    return rows


def philox(counter, seed):
    x, key = list(counter), [seed & 0xFFFFFFFF, seed >> 32]
    for _ in range(10):
        low, high = 0xD2511F53 * x[0], 0xCD9E8D57 * x[2]
        x = [(high >> 32) ^ x[1] ^ key[0], high & 0xFFFFFFFF, (low >> 32) ^ x[3] ^ key[1], low & 0xFFFFFFFF]
        key = [(key[0] + 0x9E3779B9) & 0xFFFFFFFF, (key[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return x


def randomiser(seed, stream):
    index = 2 ** 63 - 1
    words = [philox((plane << 31, index & 0xFFFFFFFF, index >> 32, stream), seed)[0] for plane in (0, 1)]
    return mpf((words[0] << 32) + words[1] + 1) / 2 ** 64


def randomised_lower(k, n, alpha, w):
    alpha = mpf(alpha)
    if k == 0:
        if w >= alpha:
            return mpf(0), mpf(1)
        ln_q = log((1 - alpha) / (1 - w)) / n
        return -expm1(ln_q), exp(ln_q)
    if k == n:
        ln_p = log(alpha / max(w, 2 * alpha)) / n
        return exp(ln_p), -expm1(ln_p)

    def ln_f(x):
        p, q = 1 / (1 + exp(-x)), 1 / (1 + exp(x))
        above = ln_upper_tail(k + 1, n, p, q) if k + 1 < n else n * log(p)
        return log(w * exp(ln_upper_tail(k, n, p, q)) + (1 - w) * exp(above)) - log(alpha)

    step = sqrt(mpf(1) / k + mpf(1) / (n - k))
    high = log(mpf(k) / (n - k)) + 3 * step
    low = high - step
    while ln_f(low) > 0:
        high, low, step = low, low - step, step * 2
    while ln_f(high) < 0:
        high += step
    x = root(ln_f, low, high)
    return 1 / (1 + exp(-x)), 1 / (1 + exp(x))


def randomised():
    small = next(seed for seed in range(10_000) if randomiser(seed, 3) < mpf("4e-4"))
    rows = []
    for n in (1, 2, 7, 100, 1000, 10_000):
        for k in sorted({0, 1, n // 3, n // 2, n - n // 10, n - 1, n}):
            for alpha in (0.5, 0.05, 5e-4):
                for seed in (11, 12, small):
                    w = randomiser(seed, 3)
                    p, q = randomised_lower(k, n, alpha, w)
                    rows.append({"successes": k, "draws": n, "alpha": alpha, "seed": seed, "stream": 3, "w": digits(w),
                                 "lower": digits(p), "complement": digits(q)})
    return rows


if __name__ == "__main__":
    write("randomised.json", randomised())
    write("beta-mixture.json", mixture())

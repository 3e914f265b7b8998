"""The constants of MillsRatio.cs (Chebyshev series of (1 + x) R(x) in t = (x - 5)/(x + 5)) and of BinomialMass.cs
(Stirling errors).
"""
from mpmath import cos, erfc, exp, fsum, log, loggamma, mp, mpf, nstr, pi, sqrt

mp.dps = 60
K, NODES = mpf(5), 60


def mills(x):
    if x < 40:
        return sqrt(pi / 2) * exp(x * x / 2) * erfc(x / sqrt(2))
    tail = mpf(0)
    for k in range(400, 0, -1):
        tail = k / (x + tail)
    return 1 / (x + tail)


angles = [pi * (j + mpf(1) / 2) / NODES for j in range(NODES)]
values = [(1 + x) * mills(x) for x in (K * (1 + cos(a)) / (1 - cos(a)) for a in angles)]
series = [2 / mpf(NODES) * fsum(v * cos(k * a) for v, a in zip(values, angles)) for k in range(NODES)]
series[0] /= 2
print("Chebyshev:", *(nstr(c, 20) for c in series if abs(c) > mpf(10) ** -18), sep="\n")
print("Stirling:", *(nstr(loggamma(k + 1) - ((k + mpf(1) / 2) * log(k) - k + log(2 * pi) / 2), 19)
                     for k in range(1, 16)), sep="\n")

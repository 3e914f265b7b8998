"""Writes central.json, thresholds.json, probabilities.json, words.json and digests.json beside itself: grid noise done
again, from the documented layout alone.

Thresholds floor(2^64 Phi((m + 1/2)/(255 sigma))) come from mpmath at 120 digits; Philox4x32-10 is written in numpy; a
value is the number of thresholds at or below its 64-bit word. Takes seconds.
"""
import hashlib
import json
import os
from fractions import Fraction

import numpy as np
from mpmath import erf, erfc, floor, mp, mpf, nstr, sqrt

mp.dps = 120
HERE = os.path.dirname(os.path.abspath(__file__))
LOW = np.uint64(0xFFFFFFFF)


def write(name, rows):
    with open(os.path.join(HERE, name), "w", encoding="utf-8") as file:
        file.write("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")


def upper_tail(m, sigma):
    """1 - Phi((m + 1/2) / (255 sigma)), sigma a decimal string."""
    z = Fraction(2 * m + 1, 510) / Fraction(sigma)
    return erfc(mpf(z.numerator) / mpf(z.denominator) / sqrt(mpf(2))) / 2


def positive_thresholds(sigma):
    """floor(T_m) for m = 0, 1, ... as long as it is below 2^64 - 1."""
    result = []
    while True:
        # floor(2^64 - t), t not an integer
        threshold = 2 ** 64 - 1 - int(floor(mpf(2) ** 64 * upper_tail(len(result), sigma)))
        if threshold == 2 ** 64 - 1:
            return result
        result.append(threshold)


def philox(counter, key):
    """Philox4x32-10 on uint64 arrays that hold 32-bit words."""
    x = list(counter)
    k0, k1 = key & 0xFFFFFFFF, key >> 32
    for _ in range(10):
        p0, p1 = np.uint64(0xD2511F53) * x[0], np.uint64(0xCD9E8D57) * x[2]
        x = [(p1 >> np.uint64(32)) ^ x[1] ^ np.uint64(k0), p1 & LOW,
             (p0 >> np.uint64(32)) ^ x[3] ^ np.uint64(k1), p0 & LOW]
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return x


def uniforms(seed, stream, sample, coordinates):
    j = np.asarray(coordinates, dtype=np.uint64)
    block = np.uint64(16) * (j // np.uint64(64)) + j % np.uint64(16)
    word = (j // np.uint64(16) % np.uint64(4)).astype(np.int64)
    halves = []
    for plane in (0, 1):
        constant = lambda value: np.full(j.shape, value, dtype=np.uint64)
        x = philox([block + np.uint64(plane << 31), constant(sample & 0xFFFFFFFF), constant(sample >> 32),
                    constant(stream)], seed)
        halves.append(np.choose(word, x))
    return halves[0] << np.uint64(32) | halves[1]


def main():
    write("central.json", [
        {"a": a, "b": b, "units": f"{int(floor(mpf(2) ** 288 * erf(mpf(a) / mpf(b) / sqrt(mpf(2))) / 2)):x}"}
        for a, b in ((1, 10 ** 9), (1, 510), (1, 3), (1, 1), (2, 1), (31, 10), (5, 1), (7, 1), (899, 100), (9, 1),
                     (9165, 1000))])

    rows, digests, probabilities = [], [], []
    for sigma in ("0.01", "0.12", "0.25", "0.333333333", "0.5", "1.0", "2"):
        positive = positive_thresholds(sigma)
        largest = len(positive)
        some = sorted({m for m in (0, 1, 2, 3, 5, 8, 13, 30, 100, 255, 1000, 2000,
                                   largest // 2, largest - 2, largest - 1) if 0 <= m < largest})
        rows.append({"sigma": sigma, "largest": largest,
                     "thresholds": [{"m": m, "word": f"{positive[m]:016x}"} for m in some]})
        if sigma in ("0.12", "0.25", "0.5", "1.0"):
            thresholds = np.array([2 ** 64 - 1 - t for t in reversed(positive)] + positive, dtype=np.uint64)
            u = uniforms(2026, 3, 0, np.arange(1_000_000))
            assert not np.isin(u, thresholds).any()
            values = (np.searchsorted(thresholds, u) - largest).astype("<i2")
            digests.append({"sigma": sigma, "seed": 2026, "id": 3, "count": len(values),
                            "sha256": hashlib.sha256(values.tobytes()).hexdigest()})
        if sigma in ("0.12", "0.25", "1.0"):
            p, m = [], 0
            tails = [upper_tail(m, sigma) for m in range(-1, largest)]
            while m < largest and tails[m] - tails[m + 1] > mpf("1e-5"):
                p.append(nstr(tails[m] - tails[m + 1], 12))
                m += 1
            probabilities.append({"sigma": sigma, "p": p})
    write("thresholds.json", rows)
    write("digests.json", digests)
    write("probabilities.json", probabilities)

    words = []
    for seed, stream, sample in (
            (0, 0, 0), (1, 0, 0), (2 ** 64 - 1, 2 ** 32 - 1, 2 ** 40 + 7), (0x0123456789ABCDEF, 5, 2 ** 32),
            (42, 1, 99_999)):
        coordinates = [0, 1, 15, 16, 17, 47, 48, 63, 64, 65, 1000, 3071, 150_527, 2 ** 31 - 1]
        for j, u in zip(coordinates, uniforms(seed, stream, sample, coordinates)):
            words.append({
                "seed": f"{seed:x}", "id": stream, "sample": sample, "coordinate": j, "word": f"{int(u):016x}"})
    write("words.json", words)


if __name__ == "__main__":
    main()

"""Posteriors of Normal rewards by direct integration with scipy: gaussian_cases.json.

python -m pip install scipy; python tests/models/truth/gaussian_cases.py
"""
import json
import math
import pathlib

import numpy
from scipy import stats

cases = {
    "few trials": [(2, 4.0, 1.0), (3, 5.0, 9.0), (5, 4.5, 2.0)],
    "an arm without a trial": [(0, None, None), (40, 10.0, 25.0), (1, 30.0, None), (60, 11.0, 16.0)],
    "a million trials beside two": [(1000000, 3.0, 100.0), (1000000, 3.02, 90.0), (2, 2.0, 50.0)],
    "far from 0": [(500, 1000000.0, 4.0), (400, 1000000.1, 5.0)],
    "cents and thousands": [(200, 0.00001, 1e-9), (200, 0.00002, 1e-9), (20, 1000.0, 1e7)],
    "an arm without variance": [(300, 0.0, 0.0), (300, 0.2, 4.0), (300, 0.3, 6.0)],
}
priors = {"pooled": None, "textbook": (0.0, 1.0, 1.0, 1.0)}


def posterior(arms, prior):
    if prior is None:
        n = sum(arm[0] for arm in arms)
        mean = sum(arm[0] * arm[1] for arm in arms if arm[0] > 0) / n
        known = [arm for arm in arms if arm[0] > 1]
        variance = sum((arm[0] - 1) * arm[2] for arm in known) / sum(arm[0] - 1 for arm in known)
        prior = (mean, 1.0, 1.0, variance)
    m0, k0, a0, b0 = prior
    shapes = []
    for n, mean, variance in arms:
        mean = m0 if mean is None else mean
        squares = (n - 1) * variance if n > 1 else 0.0
        kn, an = k0 + n, a0 + n / 2
        bn = b0 + squares / 2 + k0 * n * (mean - m0) ** 2 / (2 * kn)
        shapes.append((2 * an, m0 + n / kn * (mean - m0), math.sqrt(bn / (an * kn))))
    return shapes


def comparison(shapes):
    """Trapezoid rule on the nodes of all arms, 2e5 each, evenly spaced in asinh of the distance from the arm's mean."""
    origin = max(center for _, center, _ in shapes)
    nodes = []
    for df, center, scale in shapes:
        reach = math.asinh(stats.t.isf(1e-300, df) if df > 50 else 1e24 ** (3 / df))
        nodes.append((center - origin) + scale * numpy.sinh(numpy.linspace(-reach, reach, 200001)))
    x = numpy.unique(numpy.concatenate(nodes))
    below = [stats.t.cdf((x - (center - origin)) / scale, df) for df, center, scale in shapes]
    chances, gains = [], []
    for k, (df, center, scale) in enumerate(shapes):
        density = stats.t.pdf((x - (center - origin)) / scale, df) / scale
        for j, each in enumerate(below):
            if j != k:
                density = density * each
        chances.append(float(numpy.trapezoid(density, x)))
        gains.append(float(numpy.trapezoid(density * x, x)))
    best = sum(gains)
    return chances, [best + (origin - center) for _, center, _ in shapes]


truth = []
for name, arms in cases.items():
    for prior_name, prior in priors.items():
        shapes = posterior(arms, prior)
        chances, losses = comparison(shapes)
        truth.append(
            {
                "name": f"{name}, {prior_name} prior",
                "prior": None if prior is None else list(prior),
                "arms": [{"n": n, "mean": mean, "variance": variance} for n, mean, variance in arms],
                "posteriors": [
                    {
                        "df": df,
                        "posterior_mean": center,
                        "posterior_sd": scale * math.sqrt(df / (df - 2)) if df > 2 else None,
                        "ci_low": center - scale * float(stats.t.isf(0.025, df)),
                        "ci_high": center + scale * float(stats.t.isf(0.025, df)),
                        "prob_best": chance,
                        "expected_loss": loss,
                        "scale": scale,
                    }
                    for (df, center, scale), chance, loss in zip(shapes, chances, losses)
                ],
            }
        )
        print(name, prior_name, sum(chances) - 1)
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(truth, indent=0) + "\n")

"""Arms of a price each, reward = price * Beta(alpha, beta), by direct summation with scipy: price_cases.json.

python -m pip install scipy; python tests/models/truth/price_cases.py
"""
import json
import pathlib

import numpy
from scipy import stats

cases = {
    "four prices": [(121, 1080, 10), (96, 1085, 15), (80, 1131, 20), (52, 1144, 25)],
    "rates near 1": [(98, 3, 10), (51, 2, 20), (3, 1, 12)],
    "nothing tried": [(1, 1, 10), (1, 1, 20), (1, 1, 30)],
    "a dominated arm": [(50, 50, 1), (40, 60, 1000), (400, 600, 999)],
    "few trials": [(2, 9, 10), (1, 12, 15), (3, 4, 11)],
    "one price": [(36, 344, 7), (2, 253, 7), (12, 266, 7)],
    "a million trials": [(50001, 950001, 20), (66700, 933300, 15), (66650, 933350, 15)],
}


def comparison(arms):
    """Sums over the nodes of all arms, 4e5 each, evenly spaced in logit(rate), and the ends of all arms."""
    nodes = [numpy.array([price for _, _, price in arms])]
    for alpha, beta, price in arms:
        mode = numpy.log(alpha / beta)
        spread = ((alpha + beta) / (alpha * beta)) ** 0.5
        t = numpy.linspace(mode - 12 * spread - 40 / alpha, mode + 12 * spread + 40 / beta, 400001)
        nodes.append(price / (1 + numpy.exp(-t)))
    x = numpy.unique(numpy.concatenate(nodes))
    below = [stats.beta.cdf(numpy.minimum(x / price, 1), alpha, beta) for alpha, beta, price in arms]
    chances, gains = [], []
    for k in range(len(arms)):
        rivals = numpy.ones_like(x)
        for j, each in enumerate(below):
            if j != k:
                rivals *= each
        mass = numpy.diff(below[k])
        chances.append(float((mass * (rivals[1:] + rivals[:-1])).sum() / 2))
        gains.append(float((mass * (x[1:] * rivals[1:] + x[:-1] * rivals[:-1])).sum() / 2))
    best = sum(gains)
    return chances, [best - price * alpha / (alpha + beta) for alpha, beta, price in arms]


truth = []
for name, arms in cases.items():
    chances, losses = comparison(arms)
    truth.append(
        {
            "name": name,
            "arms": [
                {"alpha": alpha, "beta": beta, "price": price, "prob_best": chance, "expected_loss": loss}
                for (alpha, beta, price), chance, loss in zip(arms, chances, losses)
            ],
        }
    )
    print(name, sum(chances) - 1)
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(truth, indent=0) + "\n")

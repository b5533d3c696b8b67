"""Logistic regressions by statsmodels on made-up rows, which are kept beside them: logistic.json.

python -m pip install statsmodels; python tests/models/truth/logistic.py
"""
import json
import pathlib
import warnings

import numpy
import statsmodels.api as sm
from scipy.stats import norm

warnings.simplefilter("ignore")
random = numpy.random.default_rng(11)


def made(n, covariates, coefficients):
    x = numpy.column_stack([draw(n) for draw in covariates])
    eta = coefficients[0] + x @ numpy.array(coefficients[1:])
    y = (random.random(n) < 1 / (1 + numpy.exp(-eta))).astype(int)
    return x, y, numpy.ones(n, int)


flag = lambda n: random.integers(0, 2, n).astype(float)
amount = lambda n: numpy.round(random.normal(0, 1, n), 3)
big = lambda n: numpy.round(random.normal(2.0e6, 1000.0, n), 0)
small = lambda n: numpy.round(random.normal(0, 1, n), 1) * 1e-4
count = lambda n: random.poisson(3, n).astype(float)

cases = {
    "a treatment": made(300, [flag], [-1.0, 0.5]),
    "an amount": made(150, [amount], [0.3, 1.2]),
    "four covariates": made(250, [flag, amount, count, flag], [-2.0, 0.4, -0.8, 0.2, 1.0]),
    "far from 0, and tiny": made(200, [big, small], [-1000.0, 0.0005, 4000.0]),
    "a strong effect": made(400, [amount], [0.0, 5.0]),
}
x = numpy.array([[0, 0], [1, 0], [0, 1], [1, 1]], float)
cases["cells"] = (x, numpy.array([19, 23, 301, 402]), numpy.array([448, 472, 10210, 9876]))
cases["few of many"] = (numpy.array([[0.0], [1.0]]), numpy.array([3, 9]), numpy.array([100000, 90000]))

truth = []
for name, (x, y, trials) in cases.items():
    # Centred and scaled, so that the fit itself loses no digits; then led back.
    middle, scale = x.mean(axis=0), x.std(axis=0)
    design = numpy.column_stack([numpy.ones(len(x)), (x - middle) / scale])
    model = sm.GLM(numpy.column_stack([y, trials - y]), design, family=sm.families.Binomial())
    fit = model.fit(maxiter=200, tol=1e-15, tol_criterion="params")
    back = numpy.eye(len(middle) + 1)
    back[0, 1:] = -middle / scale
    for j, each in enumerate(scale):
        back[j + 1, j + 1] = 1 / each
    coefficients = back @ fit.params
    errors = numpy.sqrt(numpy.diag(back @ fit.cov_params() @ back.T))
    truth.append(
        {
            "name": name,
            "rows": [[*map(float, row), int(s), int(t)] for row, s, t in zip(x, y, trials)],
            "coefficients": coefficients.tolist(),
            "std_errors": errors.tolist(),
            "p_values": (2 * norm.sf(abs(coefficients / errors))).tolist(),
        }
    )
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(truth) + "\n")

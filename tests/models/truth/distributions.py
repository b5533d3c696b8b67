"""Reference values of the Beta, Student's t and chi-square distributions, with 40 digits by mpmath: distributions.json.

python -m pip install mpmath; python tests/models/truth/distributions.py
"""
import json
import pathlib

import mpmath

mpmath.mp.dps = 40


def t_tail(t, df):
    t, df = mpmath.mpf(t), mpmath.mpf(df)
    half = mpmath.betainc(df / 2, mpmath.mpf(1) / 2, 0, df / (df + t * t), regularized=True) / 2
    return float(half if t > 0 else 1 - half)


def chi2_tail(x, df):
    return float(mpmath.gammainc(mpmath.mpf(df) / 2, mpmath.mpf(x) / 2, mpmath.inf, regularized=True))


def t_quantile(tail, df):
    low, high = mpmath.mpf(0), mpmath.mpf(10) ** 8
    for _ in range(140):
        middle = (low + high) / 2
        if t_tail_exact(middle, df) > tail:
            low = middle
        else:
            high = middle
    return float(low)


def t_tail_exact(t, df):
    df = mpmath.mpf(df)
    return mpmath.betainc(df / 2, mpmath.mpf(1) / 2, 0, df / (df + t * t), regularized=True) / 2


t_points = [
    (t, df)
    for df in (0.5, 1.0, 2.0, 3.5, 10.0, 101.5, 1000.0, 20000.0)
    for t in (-5.0, -0.3, 1e-8, 0.0633, 0.99, 1.01, 1.96, 4.0, 9.0, 15.0)
]
chi2_points = [
    (df * x, df)
    for df in (0.5, 1.0, 2.0, 3.0, 7.0, 20.0, 99.0, 1000.0)
    for x in (1e-6, 0.1, 0.9, 0.99, 1.0, 1.01, 1.5, 3.0, 8.0)
]
quantiles = [
    (level, df) for level in (0.8, 0.95, 0.999) for df in (1.0, 1.5, 2.0, 4.4, 10.0, 100.5, 12345.6)
]
beta_points = [
    (alpha / (alpha + beta) * x, alpha, beta)
    for alpha, beta in ((0.1, 0.1), (0.5, 30.0), (1.0, 1.0), (2.0, 3.0), (40.0, 0.7), (19.0, 103.0), (3.0, 4000.0), (900.0, 700.0))
    for x in (1e-6, 0.1, 0.7, 0.99, 1.0, 1.01, 1.2, 1.7)
    if alpha / (alpha + beta) * x < 1
]
truth = {
    "beta_cdf": {
        "x": [x for x, _, _ in beta_points],
        "alpha": [alpha for _, alpha, _ in beta_points],
        "beta": [beta for _, _, beta in beta_points],
        "y": [float(mpmath.betainc(a, b, 0, x, regularized=True)) for x, a, b in beta_points],
    },
    "student_t_sf": {
        "t": [t for t, _ in t_points],
        "df": [df for _, df in t_points],
        "y": [t_tail(*point) for point in t_points],
    },
    "chi2_sf": {
        "x": [x for x, _ in chi2_points],
        "df": [df for _, df in chi2_points],
        "y": [chi2_tail(*point) for point in chi2_points],
    },
    "student_t_critical": [
        {"level": level, "df": df, "critical": t_quantile((1 - mpmath.mpf(str(level))) / 2, df)}
        for level, df in quantiles
    ],
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(truth, indent=0) + "\n")

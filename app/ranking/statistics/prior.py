"""What is to be expected of somebody of whom no sale is known: a ridge regression on what is. Pure numpy.

What was seen over what is usual there (the mean of market and category) is a product of powers of what is known of a
creator: for orders this is a Poisson regression, each cell weighing as much as it is known, also when creators differ
for reasons nobody has written down. Each coefficient has a strength of its own, the one that makes what was seen most
likely (empirical Bayes): one that explains no more than chance falls to nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.ranking.statistics.credibility import EMPTY, Floats, Places, sums

FEWEST = 10  # creators for each coefficient; with fewer nothing is learnt
BAR = 3.0  # how much more than chance (a squared deviation of 1) a coefficient has to explain
FURTHEST = 4.0  # deviations from the mean that anything is taken for
STEPS, STEEPEST = 25, 5.0
AGREED = 1e-4


@dataclass(frozen=True)
class Coefficient:
    """What one thing that is known does to what is expected: by `value` powers of e for each `scale` that it lies above
    `mean`; `error` is the standard error it had before it was shrunk."""

    name: str
    value: float
    error: float
    mean: float
    scale: float


def fit(
    names: tuple[str, ...], known: Floats, ratio: Floats, noise: Floats, whole: float, group: Places, creator: Places
) -> tuple[Coefficient, ...]:
    """The coefficients. One row is a cell: what is `known` of it (NaN: not), its `ratio` to the mean of its `group`,
    and the variance that chance alone gives that; `whole` is by how much cells differ otherwise."""
    mean, scale = standard(known)
    columns = (np.where(np.isnan(known), mean, known) - mean) / scale
    count = int(creator.max()) + 1 if len(creator) else 0
    if not names or count < FEWEST * len(names):
        return tuple(Coefficient(name, 0.0, 0.0, *both) for name, *both in zip(names, mean, scale, strict=True))
    found, spread = _steps(columns, ratio, noise, whole, group, creator)
    value, error = shrunk(found, spread), np.sqrt(np.diag(spread))
    return tuple(
        Coefficient(name, float(b), float(e), float(m), float(s))
        for name, b, e, m, s in zip(names, value, error, mean, scale, strict=True)
    )


def expected(coefficients: tuple[Coefficient, ...], known: Floats) -> Floats:
    """What is expected of each row, 1 for as usual; what is not known is as the mean."""
    mean = np.array([each.mean for each in coefficients])
    scale = np.array([each.scale for each in coefficients])
    value = np.array([each.value for each in coefficients])
    off = np.where(np.isnan(known), 0.0, (known - mean) / scale)
    powers: Floats = np.exp(np.clip(np.clip(off, -FURTHEST, FURTHEST) @ value, -STEEPEST, STEEPEST))
    return powers


def standard(known: Floats) -> tuple[Floats, Floats]:
    """Mean and deviation of each column; 0 and 1 where nothing is known."""
    there = ~np.isnan(known)
    count = np.maximum(there.sum(0), 1)
    mean = np.where(there, known, 0.0).sum(0) / count
    off = np.where(there, known - mean, 0.0)
    deviation = np.sqrt((off**2).sum(0) / count)
    return mean, np.where(deviation > AGREED, deviation, 1.0)


def _steps(
    columns: Floats, ratio: Floats, noise: Floats, whole: float, group: Places, creator: Places
) -> tuple[Floats, Floats]:
    """The coefficients by scoring, the groups' means let free, and their covariance, with creators as clusters."""
    width, groups = columns.shape[1], int(group.max()) + 1
    found, level = np.zeros(width), np.zeros(groups)
    eye = np.eye(width)
    for _ in range(STEPS):
        fitted = np.exp(np.clip(columns @ found, -STEEPEST, STEEPEST) + level[group])
        weight = 1 / (whole + noise / np.maximum(fitted, EMPTY))
        off = ratio / np.maximum(fitted, EMPTY) - 1
        heavy = sums(group, weight, groups) + EMPTY
        centre = np.stack([sums(group, weight * each, groups) / heavy for each in columns.T], 1)
        inner = columns - centre[group]
        curve = (inner * weight[:, None]).T @ inner + eye
        step = np.clip(np.linalg.solve(curve, inner.T @ (weight * off) - found), -0.5, 0.5)
        found = found + step
        level = level + np.clip(sums(group, weight * off, groups) / heavy, -1.0, 1.0)
        if float(np.abs(step).max()) < AGREED:
            break
    scores = np.stack([sums(creator, weight * off * each, int(creator.max()) + 1) for each in inner.T], 1)
    inverse = np.linalg.inv(curve)
    count = len(scores)
    spread = inverse @ (scores.T @ scores) @ inverse * count / max(count - width - 1, 1)
    return found, spread + 1e-8 * eye


def shrunk(found: Floats, spread: Floats) -> Floats:
    """Coefficients that were found with this covariance, each drawn towards nothing by its own strength: the one that
    makes what was found most likely, which is none where it is within chance."""
    strength = 4 * np.maximum(found**2, EMPTY)
    for _ in range(100):
        before = strength.copy()
        for place in range(len(found)):
            others = strength.copy()
            others[place] = 0.0
            inverse = np.linalg.inv(spread + np.diag(others))
            own, says = float(inverse[place, place]), float(inverse[place] @ found)
            strength[place] = max(0.0, (says**2 - BAR * own) / own**2)
        if np.allclose(before, strength, rtol=1e-4, atol=1e-12):
            break
    drawn: Floats = np.diag(strength) @ np.linalg.inv(spread + np.diag(strength)) @ found
    return drawn

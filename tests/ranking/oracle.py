"""The best hierarchical estimate there is for a simulated market: every parameter of it known, and nothing of the
creators but what was seen."""

from __future__ import annotations

import numpy as np

from tests.ranking.simulation import Array, World, centre

DRAWS = 400  # of the posterior


def estimate(world: World) -> Array:
    """Net sales an hour by creator, category and country, as expected from what was seen."""
    return _rate(world) * (_worth(world) * _kept(world))[:, :, None]


def _rate(world: World) -> Array:
    """The mean of every rate given what was seen: the mode by Newton's method, and draws around it that are weighed."""
    shape = world.shape
    n, k, m = world.rate.shape
    middle = centre(shape, world.looks).reshape(n, k * m)
    hours = world.hours.sum(axis=2)[:, :, None].repeat(m, 2).reshape(n, k * m)
    orders = world.orders.reshape(n, k * m)
    prior = shape.own**2 + np.kron(np.eye(k), np.full((m, m), shape.in_category**2))
    prior = prior + np.eye(k * m) * shape.in_market**2
    precision, diagonal = np.linalg.inv(prior), np.arange(k * m)
    mode = middle.copy()
    for _step in range(60):
        part = np.exp(mode) / (shape.steady + np.exp(mode))
        means = (orders + shape.steady * hours) * part
        curve = np.repeat(precision[None], n, 0)
        curve[:, diagonal, diagonal] += means * (1 - part)
        step = np.linalg.solve(curve, (orders - means - (mode - middle) @ precision)[:, :, None])[:, :, 0]
        mode += np.clip(step, -1.0, 1.0)
    draw = np.random.default_rng(1)
    roots = np.linalg.cholesky(np.linalg.inv(curve))
    noise = draw.normal(size=(DRAWS, n, k * m))
    places = mode + 1.1 * np.einsum("nij,dnj->dni", roots, noise)
    apart = places - middle
    weights = orders * places - (orders + shape.steady * hours) * np.log1p(np.exp(places) / shape.steady)
    weights = weights.sum(2) - 0.5 * np.einsum("dni,ij,dnj->dn", apart, precision, apart) + 0.5 * (noise**2).sum(2)
    weights = np.exp(weights - weights.max(0))
    return (np.einsum("dn,dni->ni", weights, np.exp(places)) / weights.sum(0)[:, None]).reshape(n, k, m)


def _worth(world: World) -> Array:
    shape = world.shape
    count, logs = np.zeros(world.worth.shape), np.zeros(world.worth.shape)
    for each in world.lines:
        count[each.creator, each.category] += 1
        logs[each.creator, each.category] += np.log(each.amount)
    precision = 1 / shape.weights**2 + count / shape.baskets**2
    centre = (np.log(shape.weight) / shape.weights**2 + logs / shape.baskets**2) / precision
    return np.exp(centre + 0.5 / precision + shape.baskets**2 / 2)


def _kept(world: World) -> Array:
    bad, good = world.shape.returns
    count, back = np.zeros(world.worth.shape), np.zeros(world.worth.shape)
    for each in world.lines:
        count[each.creator, each.category] += 1
        back[each.creator, each.category] += each.returned
    return 1 - (bad + back) / (bad + good + count)

"""Writes what was seen of a simulated market into the tables, as the product would have: contracts, streams under them
and before them, sales with their decisions, refunds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import numpy as np
from psycopg.types.json import Jsonb

from app.catalog.taxonomy import CATEGORY, tree
from app.database import raw
from tests.ranking.simulation import BRANDS, CATEGORIES, FIRST, SINCE, World

SLOTS = 4  # streams a day that may be, six hours apart


def store(world: World, seed: int) -> None:
    """Writes what was seen of the market: brands, creators with their channels, contracts, streams, sales, refunds."""
    draw, shape = np.random.default_rng(seed + 1), world.shape
    codes = {(k, b): FIRST + 10 * k + b for k in range(len(CATEGORIES)) for b in range(BRANDS)}
    nodes = {code: tree(CATEGORY).word(code).id for code in CATEGORIES}
    _copy(
        "brand (id, handle, name, country, currency, timezone, recorded_at)",
        ((number, f"b{number}", f"B{number}", "NL", "EUR", "UTC", SINCE) for number in codes.values()),
    )
    _copy(
        "product (brand_id, id, sku, name, category, price, currency, commissionable, recorded_at)",
        ((number, number, "S", "S", CATEGORIES[k], 1, "EUR", True, SINCE) for (k, _b), number in codes.items()),
    )
    _copy("brand_category (brand_id, node_id)", ((number, nodes[CATEGORIES[k]]) for (k, _b), number in codes.items()))
    _copy(
        "creator (id, handle, name, country, languages, timezone, recorded_at)",
        ((int(i), f"s{i}", f"S{i}", shape.markets[0], ["nl"], "UTC", SINCE) for i in world.ids),
    )
    _copy(
        "channel (id, creator_id, platform, name, followers, average_live_viewers, audience_countries, recorded_at)",
        (
            (
                int(i),
                int(i),
                "tiktok",
                f"s{i}",
                int(world.followers[n]),
                int(world.viewers[n]),
                Jsonb(
                    {where: int(10_000 * share) for where, share in zip(shape.markets, world.shares[n], strict=True)}
                ),
                SINCE,
            )
            for n, i in enumerate(world.ids)
        ),
    )
    _copy("profile_category (creator_id, node_id)", ((int(i), node) for i in world.ids for node in nodes.values()))
    _deals(world, codes, draw)


def _deals(world: World, codes: dict[tuple[int, int], int], draw: np.random.Generator) -> None:
    """Contracts, their streams, those before them, and what each stream of a contract sold."""
    contracts, streams, of_pair = [], [], {}
    for n, i in enumerate(world.ids):
        slots = iter(draw.permutation(360 * SLOTS))
        for (k, b), brand in codes.items():
            hours, idle = int(world.hours[n, k, b]), int(world.idle[n, k, b])
            if not hours:
                continue
            places = sorted(int(next(slots)) for _hour in range(hours + idle))
            begin = (SINCE + timedelta(days=places[idle] // SLOTS)).date() if idle else SINCE.date()
            # what lies on the first day before the first stream that counts is moved to the day before
            same = places[idle] // SLOTS
            places = [each - SLOTS * (nr < idle and each // SLOTS == same) for nr, each in enumerate(places)]
            number = len(contracts) + FIRST
            ends = date(2027, 12, 31)
            period = f"[{begin},{ends + timedelta(days=1)})"
            contracts.append((number, f"K{number}", brand, int(i), begin, ends, "UTC", period, SINCE))
            made = []
            for nr, place in enumerate(places):
                at = SINCE + timedelta(hours=place * 24 / SLOTS)
                stream = FIRST + len(streams)
                streams.append(
                    (stream, f"R{stream}", int(i), brand, "tiktok", at, at + timedelta(hours=1), ["S"], SINCE)
                )
                made += [(stream, at)] if nr >= idle else []
            of_pair[n, k, b] = (number, made)
    _copy("contract (id, ref, brand_id, creator_id, starts_on, ends_on, timezone, period, recorded_at)", contracts)
    _copy("stream (id, ref, creator_id, brand_id, platform, starts_at, ends_at, skus, recorded_at)", streams)
    sales, decisions, refunds = [], [], []
    about = ("in_stream", 1, 1_000, "commission_bps", 500, date(2026, 8, 1))
    for nr, (n, k, b, hour, m, amount, returned) in enumerate(world.lines, FIRST):
        brand, (contract, made) = codes[k, b], of_pair[n, k, b]
        stream, begin = made[hour]
        at = begin + timedelta(minutes=int(draw.integers(60)))
        where = world.shape.markets[m]
        sales.append((brand, nr, "s", f"O{nr}", "1", at, "S", 1, 1, amount, "EUR", where, at, 0))
        decisions.append((brand, nr, 1, "touch", "touch", int(world.ids[n]), contract, stream, at, *about))
        if returned:
            refunds.append((brand, nr, "s", f"O{nr}", "1", "1", at, amount, "EUR", at, 0))
    _copy(
        "sale (brand_id, id, source, order_ref, line_ref, occurred_at, sku, quantity, unit_price, base_minor, currency,"
        " country, recorded_at, import_id)",
        sales,
    )
    _copy(
        "decision (brand_id, sale_id, nr, rule, reason, creator_id, contract_id, stream_id, decided_at, label,"
        " terms_id, rate_bps, rate_from, fee_bps, available_on)",
        decisions,
    )
    _copy(
        "refund (brand_id, id, source, order_ref, line_ref, refund_ref, occurred_at, amount, currency, recorded_at,"
        " import_id)",
        refunds,
    )


def _copy(into: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with raw().cursor() as cursor, cursor.copy(f"copy {into} from stdin") as copy:
        for row in rows:
            copy.write_row(row)

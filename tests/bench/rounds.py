"""Contenders take turns, so that what the machine does meanwhile hits all of them; only ratios within a round count."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from statistics import median

Rates = dict[str, list[float]]
WIDTH = 46


class Clock:
    """The seconds of a `with timed() as clock` block, once it has ended."""

    seconds = 0.0


@contextmanager
def timed() -> Iterator[Clock]:
    """Measures the block: nothing but what is compared belongs in it."""
    clock, started = Clock(), time.perf_counter()
    yield clock
    clock.seconds = time.perf_counter() - started


def interleaved(rounds: int, contenders: Mapping[str, Callable[[], float]], unit: str = "lines/s") -> Rates:
    """Runs every contender once a round and prints its median rate. A contender prepares, does its work, checks the
    result and returns how much it did a second."""
    rates: Rates = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, contender in contenders.items():
            rates[name].append(contender())
    for name, found in rates.items():
        print(f"  {name:{WIDTH}} {median(found):>10,.0f} {unit}   ({min(found):,.0f} to {max(found):,.0f})", flush=True)
    return rates


def ratio(rates: Rates, name: str, base: str, *, aim: float) -> None:
    """Prints the median over the rounds of one contender against another."""
    found = median(ours / theirs for ours, theirs in zip(rates[name], rates[base], strict=True))
    verdict(f"{name} / {base}", found, aim=aim, met=found >= aim)


def verdict(what: str, found: float, *, aim: float, met: bool) -> None:
    """Prints one ratio beside what we aim at."""
    print(f"  {what:{WIDTH}} {found:>10.2f} ratio     aim {aim:g}: {'met' if met else 'MISSED'}", flush=True)

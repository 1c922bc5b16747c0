"""Where a local day begins: the calendar of spec/settlement.md section 2."""

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo


@cache
def zone_of(name: str) -> ZoneInfo:
    """A zone of the pinned `tzdata`, never of the machine."""
    with files("tzdata.zoneinfo").joinpath(*name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, name)


@cache
def first_instant(day: date, timezone: str) -> datetime:
    """The first instant (UTC) of a local day.

    Of a midnight that happens twice it is the first; where there is none, the end of the gap; of a day that is skipped
    whole, the beginning of the next.
    """
    zone = zone_of(timezone)
    midnight = datetime.combine(day, time(), zone)
    early, late = sorted(midnight.replace(fold=fold).astimezone(UTC) for fold in (0, 1))

    def begun(seconds: int) -> bool:
        return (early + timedelta(seconds=seconds)).astimezone(zone).date() >= day

    if begun(0):
        return early
    gap = range(int((late - early).total_seconds()))
    return early + timedelta(seconds=bisect_left(gap, True, key=begun))

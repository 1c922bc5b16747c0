"""The days on which euro payments are settled: TARGET is closed on weekends and six holidays. Pure."""

from __future__ import annotations

from datetime import date, timedelta

APPROVAL_DAYS = 2  # banking days within which a batch is to be approved
FIXED = {(1, 1), (5, 1), (12, 25), (12, 26)}  # month and day; Good Friday and Easter Monday move


def is_open(day: date) -> bool:
    """Whether banks settle euro payments on this day."""
    easter = easter_sunday(day.year)
    moving = (easter - timedelta(days=2), easter + timedelta(days=1))
    return day.weekday() < 5 and (day.month, day.day) not in FIXED and day not in moving


def next_open_day(day: date) -> date:
    """The first day after `day` on which TARGET is open: when the bank is asked to pay."""
    following = day + timedelta(days=1)
    while not is_open(following):
        following += timedelta(days=1)
    return following


def last_open_day(day: date) -> date:
    """The last day before `day` on which TARGET is open."""
    earlier = day - timedelta(days=1)
    while not is_open(earlier):
        earlier -= timedelta(days=1)
    return earlier


def promised_on(made: date) -> date:
    """By when money is in the account, of a batch made on the day `made`: it is approved and handed to the bank within
    two banking days, the bank sends it on the next, and the payee's bank has it on the one after."""
    day = made
    for _ in range(APPROVAL_DAYS + 2):
        day = next_open_day(day)
    return day


def easter_sunday(year: int) -> date:
    """Easter Sunday of the Gregorian calendar, by the rule of 1876 in Butcher's Ecclesiastical Calendar."""
    golden = year % 19
    century, rest = divmod(year, 100)
    leaps, left = divmod(century, 4)
    moon_drift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - moon_drift + 15) % 30
    quarters, days = divmod(rest, 4)
    weekday = (32 + 2 * left + 2 * quarters - epact - days) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)

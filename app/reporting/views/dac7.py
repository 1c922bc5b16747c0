"""The yearly report to the tax office: who is in it, who is missing, and the file."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock
from app.database import raw
from app.errors import NotFound
from app.invoicing import profiles
from app.reporting import dac7
from app.reporting.blueprint import blueprint
from app.security import FINANCE, PLATFORM, identity, require
from app.web.downloads import download
from config import settings

FIRST_YEAR = 2023  # of DAC7


@blueprint.get("/finance/dac7")
@require(PLATFORM)
def report() -> ResponseReturnValue:
    """The report of last year, which is due by 31 January."""
    return _page(clock.today(settings().platform_timezone).year - 1)


@blueprint.get("/finance/dac7/<int:year>")
@require(PLATFORM)
def report_of_year(year: int) -> ResponseReturnValue:
    """The report of another year; the running one as far as it has come."""
    return _page(_checked(year))


@blueprint.get("/finance/dac7/<int:year>/dac7.xml")
@require(FINANCE)
def report_file(year: int) -> ResponseReturnValue:
    """The file to hand in."""
    made = dac7.message(dac7.sellers(raw(), _checked(year)), year, at=clock.now())
    return download(made, f"dac7-{year}.xml", "application/xml")


def _checked(year: int) -> int:
    if not FIRST_YEAR <= year <= clock.today(settings().platform_timezone).year:
        raise NotFound(gettext("There is no report of that year."))
    return year


def _page(year: int) -> str:
    found, this = dac7.sellers(raw(), year), clock.today(settings().platform_timezone).year
    return render_template(
        "reporting/dac7.html",
        year=year,
        years=[each for each in (this - 2, this - 1, this) if each >= FIRST_YEAR],
        reported=[each for each in found if each.reportable],
        missing=[each for each in found if each.kind is None],
        abroad=[each for each in found if each.kind is not None and not each.reportable],
        ready=profiles.profile_of(None) is not None,
        may_download=identity().has(FINANCE),
    )

"""The commands that bring lists of accounts, and live videos, from elsewhere."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy import select

from app import clock
from app.catalog.taxonomy import PLATFORM, tree
from app.cli.group import commands, day
from app.creators.lists import by_hand, preview, receiving
from app.creators.lists.columns import label
from app.creators.models import CreatorList
from app.csvfiles.cells import TIMEZONES
from app.csvfiles.reading import opened
from app.database import db
from app.errors import BadInput
from app.streams import live_sellers
from app.users.models import Brand

SIGNS = {"point": ".", "comma": ","}
SHOWN = 20  # kinds of cells that can't be taken


@commands.command("import-list")
@click.argument("file")
@click.option("--platform", help="Whose accounts these are, like tiktok (default: what headings or file name tell).")
@click.option("--measured-on", "measured", help="Of which day the figures are (default: what the file's name tells).")
@click.option(
    "--decimals", type=click.Choice(["point", "comma"]), help="What parts decimals, where counts fit two readings."
)
@click.option(
    "--map",
    "said",
    multiple=True,
    metavar="HEADING=FIELD",
    help="What a column is, by its heading or its number; nothing behind the = skips it. May be given several times.",
)
@click.option("--yes", is_flag=True, help="Do not ask. What is not clear has to be answered by the other options.")
@click.pass_context
def import_list(
    ctx: click.Context,
    /,
    file: str,
    platform: str | None,
    measured: str | None,
    decimals: str | None,
    said: tuple[str, ...],
    yes: bool,
) -> None:
    """Import FILE, a list of accounts with their figures, after showing how its columns are read.

    FIELD is one of name (the account), title, platform, country, language, category, category_2, category_3,
    followers, average_views, average_likes, average_comments, average_shares, average_live_viewers, peak_viewers,
    stream_minutes and engagement.

    Importing twice is harmless; older figures never replace newer ones.

    Example: flask import-list tiktok-2022-09.csv

    Example: flask import-list people.xlsx --platform instagram --map "IG handle=name" --map 7=followers
    """
    at = clock.now()
    with opened(file) as source:
        content = b"".join(iter(lambda: source.read(1 << 20), b""))
    listed = receiving.receive(content, file, measured_on=day(measured) if measured else None, by=None, at=at)
    if platform and platform != listed.platform:
        receiving.choose_platform(listed, tree(PLATFORM).word(platform).code, at=at)
    if said:
        listed.columns = by_hand.mapped(listed.columns, preview.headings(listed), said)
    listed.decimal_sign = SIGNS[decimals] if decimals else ""
    shown = _show(listed)
    if yes and (open_ := _questions(listed, shown)):
        raise BadInput(" ".join(open_))
    if shown.read.undecided:
        listed.decimal_sign = SIGNS[click.prompt("What parts decimals there?", type=click.Choice(list(SIGNS)))]
    if not yes and not click.confirm("Are the columns read rightly?"):
        db.session.rollback()
        click.echo("Nothing was stored.")
        ctx.exit(1)
    receiving.import_list(listed, by=None, at=at)
    db.session.commit()
    click.echo(
        f"{listed.file_name}: {listed.read_rows} read, {listed.new_creators} new, {listed.updated_channels} updated, "
        f"{listed.unchanged_rows} unchanged, {listed.rejected_rows} rejected; {listed.rejected_cells} cells left empty "
        f"in {listed.seconds or 0:.2f} s"
    )


@commands.command("import-live-sellers")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--brand", "handle", required=True, help="For which brand (its handle) the streams were.")
@click.option("--minutes", type=click.IntRange(1, 780), default=60, show_default=True, help="How long a stream was.")
@click.option("--zone", default="Asia/Bangkok", show_default=True, help="In whose time the file is written.")
def import_live_sellers(file: Path, handle: str, minutes: int, zone: str) -> None:
    """Import the live videos of FILE, the data set “Facebook Live Sellers in Thailand”, as streams with engagement.

    The file says when a video began and what viewers did, but neither how long it was nor how many watched. Importing
    twice is harmless.

    Example: flask import-live-sellers facebook-live-sellers-thailand.csv.gz --brand lumen
    """
    brand = db.session.scalar(select(Brand).where(Brand.handle == handle))
    if brand is None:
        raise BadInput(f"There is no brand “{handle}”: import brands first.")
    if zone not in TIMEZONES:
        raise BadInput(f"“{zone}” is no IANA time zone: write one like Asia/Bangkok.")
    brought = live_sellers.bring(file, brand, minutes=minutes, zone=zone, at=clock.now())
    db.session.commit()
    click.echo(
        f"{brought.videos} live videos: {brought.creators} new creators, {brought.streams} new streams of "
        f"{minutes} minutes each, {brought.engagement} with engagement; {brought.repeated} rows said the same twice, "
        f"{brought.others} were no live video."
    )


def _questions(creator_list: CreatorList, shown: preview.Preview) -> list[str]:
    """What has to be answered before the list can be imported unasked, each with the option that answers it."""
    questions = [f"{each} Answer with --map." for each in shown.questions]
    if not creator_list.platform:
        questions.append("It is not clear whose accounts these are: say --platform.")
    if shown.read.undecided:
        questions.append(f"{receiving.two_readings(shown.read)} Say --decimals point or --decimals comma.")
    return questions


def _show(creator_list: CreatorList) -> preview.Preview:
    """How the columns are read, and what can't be taken."""
    shown = preview.preview_of(creator_list)
    platform = creator_list.platform or "unknown platform"
    click.echo(f"{creator_list.file_name}: {platform}, figures of {creator_list.measured_on}")
    fields = {at: field for field, at in creator_list.columns.items()}
    for at, heading in enumerate(shown.listed.header):
        taken = label(fields[at]) if at in fields else "left out"
        click.echo(f"  {heading or '(no heading)'}: {taken}, like {', '.join(shown.examples(at))}")
    for doubt in [*shown.doubts, *([receiving.two_readings(shown.read)] if shown.read.undecided else [])]:
        click.echo(f"! {doubt}", err=True)
    for column, reason, count in shown.read.by_reason()[:SHOWN]:
        click.echo(f"{count} × {column}: {reason}", err=True)
    return shown

"""`flask import` and `flask export` as a person at a terminal meets them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from app.creators import search
from app.database import db, raw
from tests.csvfiles.rows import GOOD, as_csv, bring_all, count, good
from tests.uploads.exports import shopify


def run(app: Flask, *arguments: str | Path, given: str = "") -> Result:
    """Runs `flask` with these arguments and this on standard input."""
    db.session.commit()
    result = app.test_cli_runner().invoke(args=[str(argument) for argument in arguments], input=given)
    db.session.rollback()
    assert "Traceback" not in result.output
    return result


def wrote(folder: Path, kind: str, *rows: dict[str, str]) -> Path:
    """A file of the kind with these rows."""
    path = folder / f"{kind}.csv"
    path.write_text(as_csv(rows))
    return path


def test_an_import_ends_with_one_line_of_counts(app: Flask, tmp_path: Path) -> None:
    path = wrote(tmp_path, "sales", good("sales"), good("sales", order="2"))
    for new, unchanged in ((2, 0), (0, 2)):
        result = run(app, "import", "sales", path)
        line = rf"sales: 2 read, {new} new, {unchanged} unchanged, 0 rejected in \d+\.\d s\n"
        assert re.fullmatch(line, result.stdout)
        assert (result.exit_code, result.stderr) == (0, "")


def test_a_refused_file_is_told_row_by_row_and_in_a_sentence(app: Flask, tmp_path: Path) -> None:
    path = wrote(tmp_path, "sales", good("sales"), good("sales", order="2", quantity="\x1b[2Jmany"))
    result = run(app, "import", "sales", path)
    assert result.exit_code == 1
    assert "line 3, quantity: “\N{REPLACEMENT CHARACTER}[2Jmany”: write a whole number" in result.output
    assert result.stderr.splitlines()[-1].startswith("Error: Nothing was stored: 1 of 2 rows of sales can't be taken.")
    assert "sales: 2 read, 0 new, 1 unchanged, 1 rejected" not in result.output
    assert re.search(r"^sales: 2 read, 0 new, \d unchanged, 1 rejected in \d+\.\d s$", result.output, re.M)
    assert count("sale") == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "There is no file"),
        ("", "The file is empty"),
        ("a;b\n", "separated by semicolons"),
        ("a,b\n", "The columns of touches are brand, touch"),
    ],
)
def test_a_file_that_can_not_be_read_is_told_in_one_sentence(
    content: str | None, said: str, app: Flask, tmp_path: Path
) -> None:
    path = tmp_path / "touches.csv"
    if content is not None:
        path.write_text(content)
    result = run(app, "import", "touches", path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert len(result.stderr.splitlines()) == 1
    assert said in result.stderr


def test_bad_rows_are_skipped_on_demand_and_the_exit_code_still_tells_of_them(app: Flask, tmp_path: Path) -> None:
    path = wrote(tmp_path, "sales", good("sales"), good("sales", order="2", quantity="many"))
    result = run(app, "import", "sales", path, "--skip-bad")
    assert result.exit_code == 1
    assert "sales: 2 read, 1 new, 0 unchanged, 1 rejected" in result.stdout
    rejected = tmp_path / "sales.csv.rejected.csv"
    assert str(rejected) in result.output
    rejected.write_text(rejected.read_text().replace("many", "2"))
    assert run(app, "import", "sales", rejected).exit_code == 0
    assert count("sale") == 2


def test_standard_input_is_read_for_a_dash(app: Flask, tmp_path: Path) -> None:
    result = run(app, "import", "touches", "-", given=as_csv([good("touches")]))
    assert result.exit_code == 0
    assert raw().execute("select file_name, new_rows from import").fetchone() == ("standard input", 1)


@pytest.mark.parametrize(("answer", "stored"), [("y\n", "13"), ("n\n", "12.125"), ("", "12.125")])
def test_an_update_shows_the_differences_and_asks(answer: str, stored: str, app: Flask, tmp_path: Path) -> None:
    run(app, "import", "products", wrote(tmp_path, "products", good("products")))
    path = wrote(tmp_path, "products", good("products", price="13"))
    result = run(app, "import", "products", path, "--update", given=answer)
    assert "lumen, LAMP: price: “12.125” -> “13”" in result.output
    assert result.exit_code == (0 if stored == "13" else 1)
    assert raw().execute("select price::text from product").fetchone() == (stored,)
    assert count("revision") == (stored == "13")


def test_an_update_does_not_ask_with_yes(app: Flask, tmp_path: Path) -> None:
    run(app, "import", "creators", wrote(tmp_path, "creators", good("creators")))
    path = wrote(tmp_path, "creators", good("creators", name="Noor"))
    result = run(app, "import", "creators", path, "--update", "--yes")
    assert "creators: 1 read, 0 new, 1 updated, 0 unchanged, 0 rejected" in result.stdout
    assert result.exit_code == 0


def test_what_is_exported_is_what_was_imported(app: Flask, tmp_path: Path) -> None:
    bring_all(tmp_path)
    for kind in ("creators", "contracts", "products"):
        path = tmp_path / f"out-{kind}.csv.gz"
        assert run(app, "export", kind, path).exit_code == 0
        assert re.match(rf"{kind}: \d+ read, 0 new, \d+ unchanged", run(app, "import", kind, path).stdout)
    result = run(app, "export", "refunds", "-")
    assert result.stdout.splitlines()[0] == ",".join(GOOD["refunds"])
    assert len(result.stdout.splitlines()) == 2


def test_an_export_to_a_place_that_is_not_there_is_told_in_one_sentence(app: Flask, tmp_path: Path) -> None:
    result = run(app, "export", "sales", tmp_path / "none" / "sales.csv")
    assert result.exit_code == 1
    assert "sales.csv can't be written: No such file or directory." in result.stderr


def test_creators_of_a_file_are_found_as_soon_as_the_command_is_done(app: Flask, tmp_path: Path) -> None:
    path = wrote(tmp_path, "creators", good("creators", handle="noor", name="Noor Lampen"))
    assert run(app, "import", "creators", path).exit_code == 0
    assert len(search.find(raw(), "lampen", limit=5)) == 1


def test_an_export_of_a_shop_is_imported_by_naming_its_program(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "orders_export_1.csv"
    path.write_bytes(shopify({}, {"Name": "#1002", "Financial Status": "voided"}))
    for new, unchanged in ((1, 0), (0, 1)):
        result = run(app, "import", "sales", path, "--from", "shopify", "--brand", "lumen", "--source", "NL shop")
        assert re.match(rf"shopify_orders: 1 read, {new} new, {unchanged} unchanged, 0 rejected", result.stdout)
        assert (result.exit_code, result.stderr) == (0, "1 cancelled order is no sale. (#1002)\n")
    assert raw().execute("select source, order_ref from sale").fetchall() == [("NL shop", "#1001")]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["sales", "--from", "shopify"], "sales of a brand"),
        (["refunds", "--from", "shopify", "--brand", "lumen"], "sales of a brand"),
        (["sales", "--from", "shopify", "--brand", "lumen", "--zone", "Amsterdam"], "“Amsterdam” can’t be used"),
        (["sales", "--from", "shopify", "--brand", "lumen", "--currency", "euro"], "“euro” can’t be used"),
    ],
)
def test_what_an_export_can_not_be_imported_with_is_said(
    app: Flask, tmp_path: Path, arguments: list[str], said: str
) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(shopify({}))
    result = run(app, "import", arguments[0], path, *arguments[1:])
    assert (result.exit_code, said in result.stderr) == (1, True), result.stderr
    other = wrote(tmp_path, "sales", good("sales"))
    assert "no such export" in run(app, "import", "sales", other, "--from", "shopify", "--brand", "lumen").stderr

"""A filter that can't be read keeps the page and the other filters, and marks its field."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests import market
from tests.cast import Cast

Browse = Callable[[str], FlaskClient]

# the page, who looks at it, a filter that can't be read, one that can and is kept
LISTS = [
    ("/admin/audit", "audrey", "from=yesterday", "q=lamp"),
    ("/admin/audit", "audrey", "action=nonsense", "q=lamp"),
    ("/admin/people", "audrey", "role=king", "q=lamp"),
    ("/admin/claims", "audrey", "state=nonsense", "q=lamp"),
    ("/admin/letters", "audrey", "status=nonsense", "q=lamp"),
    ("/brands/{lumen}/sales", "olga", "from=2026-02-30", "order=O-7"),
    ("/brands/{lumen}/sales", "olga", "rule=magic", "order=O-7"),
    ("/brands/{lumen}/streams", "olga", "to=9999-99-99", "creator=mira"),
    ("/brands/{lumen}/contracts", "olga", "status=nonsense", "creator=mira"),
    ("/brands/{lumen}/products", "olga", "commissionable=perhaps", "q=lamp"),
    ("/brands/{lumen}/creators", "olga", "followers=lots", "q=lamp"),
    ("/brands/{lumen}/creators", "olga", "price=cheap", "q=lamp"),
    ("/brands/{lumen}/samples", "olga", "status=nonsense", "q=lamp"),
]


def _address(path: str, cast: Cast) -> str:
    return path.format(lumen=cast.brands["lumen"].public_id, mira=cast.creators["mira"].public_id)


@pytest.mark.parametrize(("path", "name", "bad", "good"), LISTS)
def test_a_filter_that_cant_be_read_marks_its_field_and_keeps_the_others(
    browse: Browse, cast: Cast, path: str, name: str, bad: str, good: str
) -> None:
    answer = browse(name).get(f"{_address(path, cast)}?{bad}&{good}")
    assert answer.status_code == 422
    (field, typed), (kept, value) = bad.split("="), good.split("=")
    control = re.search(rf'<(input|select)[^>]*id="filter-{field}"[^>]*>', answer.text)
    assert control
    assert "is-invalid" in control[0]
    assert f'aria-describedby="filter-{field}-error"' in control[0]
    assert f'id="filter-{field}-error"' in answer.text
    if control[1] == "input":
        assert f'value="{typed}"' in control[0]
    assert re.search(rf'id="filter-{kept}"[^>]*value="{value}"', answer.text)


def test_every_fault_is_said_at_once_and_the_readable_filters_work(browse: Browse, cast: Cast) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    market.stream(lumen, mira, ref="Evening-of-lamps")
    page = browse("olga").get(f"/brands/{lumen.public_id}/streams?from=soon&to=later&creator=joon")
    assert page.status_code == 422
    assert page.text.count("That is not a day") == 2
    assert "Evening-of-lamps" not in page.text


def test_reversed_days_say_so(browse: Browse, cast: Cast) -> None:
    address = _address("/brands/{lumen}/sales", cast)
    page = browse("olga").get(f"{address}?from=2026-03-02&to=2026-03-01")
    assert page.status_code == 422
    assert "before the first one" in page.text
    assert 'value="2026-03-02"' in page.text
    assert browse("olga").get(f"{address}?from=2026-03-01&to=2026-03-01").status_code == 200


def test_a_fault_without_a_field_on_the_page_is_said_above_it(browse: Browse, cast: Cast) -> None:
    page = browse("olga").get(_address("/brands/{lumen}/creators?page=many", cast))
    assert page.status_code == 422
    assert 'role="alert">“many” is not a whole number' in page.text


def test_a_download_with_a_bad_filter_is_refused_and_not_widened(browse: Browse, cast: Cast) -> None:
    answer = browse("olga").get(_address("/brands/{lumen}/sales.csv?from=soon", cast))
    assert (answer.status_code, answer.mimetype) == (422, "text/html")
    assert "That is not a day" in answer.text


def test_what_is_somebody_elses_stays_so(browse: Browse, cast: Cast) -> None:
    assert browse("kim").get(_address("/brands/{lumen}/sales?from=soon", cast)).status_code == 404


def test_a_page_that_is_not_there_is_not_there_with_a_bad_filter_either(browse: Browse, cast: Cast) -> None:
    streams = _address("/brands/{lumen}/streams?page=2", cast)
    assert [browse("olga").get(streams + more).status_code for more in ("", "&from=soon")] == [404, 404]


def test_followers_and_prices_are_read_as_people_write_them(browse: Browse, cast: Cast) -> None:
    olga = browse("olga")
    for asked in ("followers=10k", "followers=10.000", "followers=10,000", "price=1250,50", "price=1,250.50"):
        page = olga.get(_address("/brands/{lumen}/creators", cast) + f"?{asked}")
        assert page.status_code == 200, asked
        assert f'value="{asked.partition("=")[2]}"' in page.text

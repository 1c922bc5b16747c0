"""Files dropped on a page: looked at, settled and undone; confirmed and stored; killed and begun again."""

from __future__ import annotations

import gzip
import io
import os
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from werkzeug.datastructures import FileStorage

from app import clock
from app.creators import search
from app.database import db, raw
from app.ledger.models import Entry
from app.sales.models import Sale
from app.security import Identity
from app.uploads import jobs, uploads
from app.uploads.file_kinds import KINDS
from app.uploads.import_upload import in_order
from app.uploads.models import Import, Upload
from app.users.models import Creator, Person
from tests import market
from tests.cast import Cast
from tests.desks.stories import settled
from tests.payouts.at_once import in_thread

Browse = Callable[[str], FlaskClient]
SALES = (
    "brand,source,order,line,occurred_at,visitor,sku,description,quantity,unit_price,discount,currency,country,coupon,"
    "checkout_stream"
)
TOUCHES = "brand,touch,visitor,creator,stream,occurred_at"
REFUNDS = "brand,source,refund,order,line,occurred_at,quantity,amount,currency"
PRODUCTS = "brand,sku,name,category,price,currency,commissionable"


def csv(header: str, *rows: str) -> bytes:
    return "\n".join([header, *rows, ""]).encode()


def sale_row(order: str, price: str = "100.00", *, visitor: str = "", coupon: str = "", brand: str = "lumen") -> str:
    return f"{brand},shop,{order},1,2026-03-10T12:00:00Z,{visitor},LAMP,,1,{price},,EUR,NL,{coupon},"


def drop(browser: FlaskClient, address: str, **files: bytes) -> str:
    """Sends the files (`sales_csv=...`) and returns the address of the upload's page."""
    sent = [(io.BytesIO(content), name.replace("_", ".")) for name, content in files.items()]
    answer = browser.post(address, data={"files": sent}, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


@pytest.fixture
def address(cast: Cast) -> str:
    return f"/brands/{cast.brands['lumen'].public_id}/uploads"


@pytest.fixture
def contract(cast: Cast) -> None:
    market.contract(cast.brands["lumen"], cast.creators["mira"], coupons=("MIRA",))
    db.session.commit()


def latest() -> Upload:
    db.session.rollback()
    return db.session.scalars(select(Upload).order_by(Upload.id.desc()).limit(1)).one()


def stored(kind: type[Any]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(kind)) or 0


FILES = {
    # in the wrong order: the refund before its sale, the sale before the visit that decides it
    "refunds_csv": csv(REFUNDS, "lumen,shop,R1,O1,1,2026-03-11T12:00:00Z,,40.00,EUR"),
    "sales_csv": csv(SALES, sale_row("O1", visitor="v"), sale_row("O2", coupon="mira"), sale_row("O3")),
    "touches_csv": csv(TOUCHES, "lumen,T1,v,mira,,2026-03-10T11:00:00Z"),
    "products_csv": csv(PRODUCTS, "lumen,LAMP,Lamp,home,100.00,EUR,yes"),
}


@pytest.mark.usefixtures("contract")
def test_a_preview_says_what_would_be_earned_and_stores_nothing(browse: Browse, address: str) -> None:
    browser = browse("max")
    page = drop(browser, address, **FILES)
    assert "Waiting for a worker" in browser.get(page).text
    assert jobs.work_uploads() == 1
    upload = latest()
    assert upload.status == "previewed"
    assert {file.kind: file.new_rows for file in upload.files} == {
        "refunds": 1,
        "sales": 3,
        "touches": 1,
        "products": 1,
    }
    assert upload.earned is not None
    rows = {row["what"]: (row["lines"], row["base"], row["commission"], row["fee"]) for row in upload.earned["rows"]}
    assert rows == {
        "coupon": (1, 10_000, 1_000, 500),
        "touch": (1, 10_000, 600, 300),  # after the refund
        "no_candidate": (1, 10_000, 0, 0),
    }
    said = browser.get(page).text
    assert "Preview of the import" in said
    assert "€16.00" in said
    table = {row["what"]: row for row in upload.earned["rows"]}
    gross = {name: table["touch"][name] for name in ("refunded", "gross_commission", "gross_fee")}
    assert gross == {"refunded": 4_000, "gross_commission": 1_000, "gross_fee": 500}, "gross and net apart"
    assert "Of sales in these files" in said
    assert [stored(kind) for kind in (Sale, Entry, Import)] == [0, 0, 0]
    assert jobs.work_uploads() == 0


@pytest.mark.usefixtures("contract")
def test_confirming_stores_and_settles_what_the_preview_promised(browse: Browse, address: str) -> None:
    browser = browse("olga")
    page = drop(browser, address, **FILES)
    jobs.work_uploads()
    promised = latest().earned
    assert browser.post(page + "/confirm").status_code == 303
    assert jobs.work_uploads() == 1
    upload = latest()
    assert (upload.status, upload.earned) == ("imported", promised)
    assert [stored(kind) for kind in (Sale, Import)] == [3, 4]
    assert db.session.scalar(text("select count(*) from due")) == 0
    assert not list((uploads.folder(upload.id)).glob("*/*"))  # what a shop knows of its buyers is gone
    said = browser.get(page).text
    for file in upload.files:
        imported = db.session.get_one(Import, file.import_id)
        assert (imported.by_name, imported.file_name) == ("Olga", file.name)
        assert f"/imports/{imported.public_id}" in said


@pytest.mark.usefixtures("contract")
def test_the_effect_of_refunds_on_earlier_sales_is_told_apart(browse: Browse, cast: Cast, address: str) -> None:
    market.sale(cast.brands["lumen"], coupon="mira", order_ref="O1")
    db.session.commit()
    settled()
    refunds = csv(
        REFUNDS,
        "lumen,shop,R1,O1,1,2026-03-11T12:00:00Z,,40.00,EUR",
        "lumen,shop,R2,O1,1,2026-03-11T12:00:00Z,,1.00,USD",
        "lumen,shop,R3,unknown,1,2026-03-11T12:00:00Z,,5.00,EUR",
    )
    page = drop(browse("max"), address, refunds_csv=refunds)
    jobs.work_uploads()
    upload = latest()
    assert upload.earned is not None
    rows = {row["what"]: (row["lines"], row["commission"], row["fee"]) for row in upload.earned["rows"]}
    assert rows == {"refunds": (1, -400, -200), "currency_mismatch": (1, 0, 0), "waiting": (1, 0, 0)}
    assert "-€4.00" in browse("max").get(page).text


def test_bad_rows_are_listed_can_be_had_as_a_file_and_left_out(browse: Browse, address: str) -> None:
    browser = browse("olga")
    sales = csv(SALES, sale_row("O1"), sale_row("O2", "1E9"), sale_row("O3", brand="kettle"), sale_row("=O4", "x"))
    page = drop(browser, address, sales_csv=sales)
    jobs.work_uploads()
    upload = latest()
    assert (upload.files[0].new_rows, upload.files[0].rejected_rows) == (1, 3)
    said = browser.get(page).text
    assert "1E9" in said
    assert "Import without rejected rows" in said
    rejected = browser.get(f"{page}/bad-rows.csv?file=1", buffered=True)
    assert rejected.text.splitlines()[0] == SALES + ",line,reason"
    assert [row.split(",")[2] for row in rejected.text.splitlines()[1:]] == ["O2", "O3", "'=O4"]
    assert browser.post(page + "/confirm").status_code == 409
    browser.post(page + "/confirm", data={"skip_bad": "1"})
    jobs.work_uploads()
    assert (latest().status, stored(Sale)) == ("imported", 1)
    assert browser.get(f"{page}/bad-rows.csv?file=1", buffered=True).text == rejected.text
    jobs.clean_uploads(at=clock.now() + uploads.KEPT + timedelta(days=1))
    assert browser.get(f"{page}/bad-rows.csv?file=1").status_code == 404


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "not UTF-8"),
        (b"brand,sku\x00\n", "NUL byte"),
        (b"PK\x03\x04" + b"x" * 99, "The workbook"),
        ("naïve,header\n".encode("latin-1"), "not UTF-8"),
        (b"some,other,header\n1,2,3\n", "Choose the column of “Order number”"),
        (csv("handle,name,country,languages,timezone", "x,X,NL,nl,Europe/Amsterdam"), "brought by the platform"),
        (gzip.compress(b"", mtime=0) + b"junk", "damaged"),
    ],
)
def test_nonsense_gets_one_clear_sentence_and_leaves_the_other_files_alone(
    browse: Browse, address: str, content: bytes, said: str
) -> None:
    browser = browse("max")
    page = drop(browser, address, nonsense_csv=content, sales_csv=csv(SALES, sale_row("O1")))
    jobs.work_uploads()
    upload = latest()
    bad, good = upload.files
    assert said in (bad.problem or "")
    assert (good.problem, good.new_rows) == (None, 1)
    assert said in browser.get(page).text
    assert browser.post(page + "/confirm").status_code == 409
    browser.post(page + "/confirm", data={"skip_bad": "1"})
    jobs.work_uploads()
    assert stored(Sale) == 1


def test_a_file_that_breaks_off_in_the_middle_is_one_sentence_too(browse: Browse, address: str) -> None:
    browser = browse("max")
    whole = gzip.compress(csv(SALES, *[sale_row(f"O{number}") for number in range(2_000)]))
    page = drop(browser, address, sales_gz=whole[: len(whole) // 2])
    jobs.work_uploads()
    upload = latest()
    assert upload.status == "previewed"
    assert "damaged" in (upload.files[0].problem or "")
    assert "None of these files can be read" in browser.get(page).text
    assert browser.post(page + "/discard").status_code == 303


def test_the_worker_tells_what_is_wrong_in_the_language_of_whoever_sent_the_file(
    browse: Browse, cast: Cast, address: str
) -> None:
    cast.people["olga"].language = "nl"
    db.session.commit()
    drop(browse("olga"), address, sales_csv=csv(SALES, sale_row("O1")) + b"\xff\n")
    jobs.work_uploads()
    assert "UTF-8" in (latest().files[0].problem or "")
    assert "save the file" not in (latest().files[0].problem or "")


def test_too_many_files_and_none_are_refused(browse: Browse, address: str) -> None:
    browser = browse("max")
    assert browser.post(address, data={}, content_type="multipart/form-data").status_code == 422
    sent = [(io.BytesIO(b"x"), f"{number}.csv") for number in range(uploads.MOST_FILES + 1)]
    answer = browser.post(address, data={"files": sent}, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert stored(Upload) == 0


def test_names_of_files_are_harmless(browse: Browse, address: str) -> None:
    sent = [(io.BytesIO(csv(SALES, sale_row("O1"))), "../../../etc/pass<wd>.csv")]
    browse("max").post(address, data={"files": sent}, content_type="multipart/form-data")
    file = latest().files[0]
    assert uploads.folder(file.upload_id) in uploads.path_of(file).parents
    assert file.name == "pass<wd>.csv"
    assert "pass&lt;wd&gt;.csv" in browse("max").get(f"/uploads/{latest().public_id}").text


def test_what_is_stored_already_is_said_to_change_nothing(browse: Browse, address: str) -> None:
    browser = browse("max")
    for expected in ("New", "Everything in these files is stored already"):
        page = drop(browser, address, sales_csv=csv(SALES, sale_row("O1")))
        jobs.work_uploads()
        assert expected in browser.get(page).text
        browser.post(page + "/confirm")
        jobs.work_uploads()
        assert latest().status == "imported"
    assert stored(Sale) == 1


def test_discarding_deletes_the_files_and_ends_it(browse: Browse, address: str) -> None:
    browser = browse("max")
    page = drop(browser, address, sales_csv=csv(SALES, sale_row("O1")))
    jobs.work_uploads()
    assert uploads.folder(latest().id).exists()
    browser.post(page + "/discard")
    assert latest().status == "discarded"
    assert not uploads.folder(latest().id).exists()
    for action in ("/confirm", "/discard"):
        assert browser.post(page + action).status_code == 409


def test_the_admin_brings_every_kind_for_all_brands(browse: Browse, cast: Cast) -> None:
    browser = browse("adam")
    contracts = csv(
        "contract,brand,creator,starts_on,ends_on,timezone,commission_percent,in_stream_percent,replay_percent,"
        "after_stream_percent,off_stream_percent,window_days,hold_days,coupons,exclusive_category",
        "K1,kettle,joon,2026-01-01,2026-12-31,Europe/London,10,,,,,14,30,JOON,",
    )
    sales = csv(SALES, sale_row("O1", coupon="joon", brand="kettle"), sale_row("O2"))
    drop(browser, "/admin/uploads", sales_csv=sales, contracts_csv=contracts)
    jobs.work_uploads()
    upload = latest()
    assert upload.earned is not None
    rows = {row["what"]: row["commission"] for row in upload.earned["rows"]}
    assert rows == {"coupon": 1_000, "no_candidate": 0}
    assert [file.kind for file in in_order(upload.files)] == ["contracts", "sales"]
    browser.post(f"/uploads/{upload.public_id}/confirm")
    jobs.work_uploads()
    assert (latest().status, stored(Sale)) == ("imported", 2)


@pytest.mark.parametrize(
    ("name", "status"), [("kim", 404), ("mira", 403), ("audrey", 200), ("adam", 200), ("bea", 200)]
)
def test_an_upload_is_for_the_brands_people_and_readers_of_the_platform(
    browse: Browse, address: str, name: str, status: int
) -> None:
    page = drop(browse("olga"), address, sales_csv=csv(SALES, sale_row("O1")))
    jobs.work_uploads()
    assert browse(name).get(page).status_code == status
    if name not in ("adam", "bea"):
        assert browse(name).post(page + "/confirm").status_code in (403, 404)
        assert latest().status == "previewed"


def test_a_file_that_has_become_bad_since_the_preview_refuses_the_import(
    browse: Browse, cast: Cast, address: str
) -> None:
    browser = browse("olga")
    page = drop(browser, address, sales_csv=csv(SALES, sale_row("O1"), sale_row("O2")))
    jobs.work_uploads()
    market.sale(cast.brands["lumen"], 777, order_ref="O1")
    db.session.commit()
    browser.post(page + "/confirm")
    jobs.work_uploads()
    upload = latest()
    assert upload.status == "refused"
    assert (upload.failure or "").startswith("sales.csv: ")
    assert upload.files[0].rejected_rows == 1
    assert stored(Sale) == 1
    assert "sales.csv: " in browser.get(page).text


@pytest.mark.parametrize("step", ["received", "previewing", "confirmed", "importing", "settling"])
@pytest.mark.usefixtures("contract")
def test_a_step_that_a_dead_worker_left_is_begun_again(
    browse: Browse, address: str, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """The worker dies (KeyboardInterrupt stands for kill -9: nothing is tidied up) in the middle of the step."""
    browser = browse("olga")
    page = drop(browser, address, **FILES)
    if step in ("received", "previewing"):
        where = {"received": "_begin", "previewing": "bring"}[step]
    else:
        jobs.work_uploads()
        browser.post(page + "/confirm")
        where = {"confirmed": "_begin", "importing": "bring", "settling": "settle_due"}[step]
    with monkeypatch.context() as patch:
        real = getattr(jobs, where)

        def dies(*given: Any, **more: Any) -> Any:
            if where == "bring":
                real(*given, **more)
            raise KeyboardInterrupt

        patch.setattr(jobs, where, dies)
        with pytest.raises(KeyboardInterrupt):
            jobs.work_uploads()
    db.session.rollback()
    assert latest().status == step
    assert jobs.work_uploads() == 1
    if step in ("received", "previewing"):
        assert (latest().status, stored(Sale)) == ("previewed", 0)
    else:
        assert (latest().status, stored(Sale)) == ("imported", 3)
        assert db.session.scalar(text("select sum(new_rows) from import")) == 6


def test_a_file_that_kills_every_worker_is_refused_in_the_end(
    browse: Browse, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(browse("olga"), address, sales_csv=csv(SALES, sale_row("O1")))

    def dies(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(jobs, "bring", dies)
    for _ in range(jobs.TRIES):
        with pytest.raises(KeyboardInterrupt):
            jobs.work_uploads()
        db.session.rollback()
    assert jobs.work_uploads() == 0
    assert latest().status == "refused"
    assert "three tries" in (latest().failure or "")


def test_two_workers_never_take_the_same_upload(app: Flask, browse: Browse, address: str) -> None:
    drop(browse("olga"), address, sales_csv=csv(SALES, sale_row("O1")))
    others: list[int] = []

    def meanwhile() -> bool:
        """Asked now and then by the worker that has it."""
        others.append(in_thread(app, jobs.work_uploads)())
        return False

    assert jobs.work_uploads(meanwhile) == 1
    assert set(others) == {0}


def test_a_worker_that_is_asked_to_stop_leaves_the_step_to_the_next(browse: Browse, address: str) -> None:
    drop(browse("olga"), address, sales_csv=csv(SALES, sale_row("O1")))
    assert jobs.work_uploads(lambda: True) == 0
    assert (latest().status, latest().attempts) == ("previewing", 0)
    assert jobs.work_uploads() == 1


def test_progress_is_seen_while_the_worker_works(browse: Browse, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = browse("olga")
    many = gzip.compress(csv(SALES, *[sale_row(f"O{number}") for number in range(25_000)]))
    page = drop(browser, address, sales_csv_gz=many)
    monkeypatch.setattr(jobs, "TELL_EVERY", 0.0)
    seen: list[str] = []

    def meanwhile() -> bool:
        """Asked by the worker before it tells how far it is."""
        seen.append(browser.get(page).text)
        return False

    jobs.work_uploads(meanwhile)
    assert latest().files[0].problem is None
    (reading, *_) = [text for text in seen if "Reading sales.csv.gz: 25,000 rows" in text]
    assert "<progress" in reading
    assert "hx-get" in reading
    assert "hx-get" not in browser.get(page).text


def test_what_nobody_confirms_is_discarded_after_a_week(browse: Browse, address: str) -> None:
    drop(browse("olga"), address, sales_csv=csv(SALES, sale_row("O1")))
    jobs.work_uploads()
    upload = latest()
    assert jobs.clean_uploads(at=clock.now() + timedelta(days=6)) == 0
    assert uploads.path_of(upload.files[0]).exists()
    assert jobs.clean_uploads(at=clock.now() + timedelta(days=8)) == 1
    assert latest().status == "discarded"
    assert not uploads.folder(upload.id).exists()


def test_files_of_an_upload_that_was_never_committed_are_deleted_later(cast: Cast, app: Any) -> None:
    sent = FileStorage(io.BytesIO(csv(SALES)), "sales.csv")
    person = db.session.scalars(select(Person).where(Person.email.startswith("olga"))).one()
    by = Identity(person.id, person.name, person.email, "en", "UTC", "", frozenset())
    upload = uploads.receive([sent], brand=cast.brands["lumen"], by=by, at=clock.now())
    place = uploads.folder(upload.id)
    db.session.rollback()
    uploads.tidy_all()
    assert place.exists()
    long_ago = clock.now().timestamp() - uploads.KEPT.total_seconds() - 60
    os.utime(place, (long_ago, long_ago))
    uploads.tidy_all()
    assert not place.exists()


@pytest.mark.usefixtures("contract")
def test_a_refund_that_looks_like_one_already_there_is_flagged(browse: Browse, address: str) -> None:
    """The same line, amount and day of the brand, under another number or source; nothing else is."""
    browser = browse("max")
    row = "lumen,{source},{refund},O2,1,{at},,{amount},EUR"
    first = row.format(source="shop", refund="R1", at="2026-03-11T22:59:00Z", amount="40.00")
    page = drop(browser, address, sales_csv=FILES["sales_csv"], first_csv=csv(REFUNDS, first))
    jobs.work_uploads()
    assert "look like one already there" not in browser.get(page).text
    browser.post(f"{page}/confirm")
    jobs.work_uploads()
    others = [
        row.format(source="shop", refund="ALIKE1", at="2026-03-11T01:00:00Z", amount="40.00"),
        row.format(source="erp", refund="R1", at="2026-03-11T12:00:00Z", amount="40"),
        row.format(source="shop", refund="LATER", at="2026-03-11T23:00:00Z", amount="40.00"),  # the 12th in Amsterdam
        row.format(source="shop", refund="LESS", at="2026-03-11T12:00:00Z", amount="39.99"),
        first,
    ]
    page = drop(browser, address, second_csv=csv(REFUNDS, *others))
    jobs.work_uploads()
    assert [(each["source"], each["refund_ref"], each["other_ref"]) for each in latest().earned["alike"]] == [  # type: ignore[index]
        ("shop", "ALIKE1", "R1"),
        ("erp", "R1", "R1"),
    ]
    assert "look like one already there" in browser.get(page).text
    browser.post(f"{page}/confirm")
    jobs.work_uploads()
    imported = db.session.scalars(select(Import).order_by(Import.id.desc())).first()
    assert imported is not None
    html = browser.get(f"/imports/{imported.public_id}").text
    assert "ALIKE1 (shop)" in html
    assert "LATER (" not in html


@pytest.mark.usefixtures("contract")
def test_equal_rows_of_a_file_are_shown(browse: Browse, address: str) -> None:
    browser = browse("max")
    page = drop(browser, address, sales_csv=csv(SALES, sale_row("O1"), sale_row("O2"), sale_row("O1")))
    jobs.work_uploads()
    html = browser.get(page).text
    assert "1 rows of sales.csv say the same as an earlier row of the file and count once (lines 4)" in html
    assert "give it its own order or line number" in html


@pytest.mark.usefixtures("contract")
def test_equal_refunds_are_not_told_to_take_order_numbers(browse: Browse, address: str) -> None:
    browser, row = browse("max"), "lumen,shop,R1,O1,1,2026-03-11T12:00:00Z,,40.00,EUR"
    page = drop(browser, address, refunds_csv=csv(REFUNDS, row, row))
    jobs.work_uploads()
    html = browser.get(page).text
    assert "1 rows of refunds.csv say the same" in html
    assert "If each is a refund of its own, give it its own number." in html
    assert "order or line number" not in html


def test_creators_of_a_file_are_found_as_soon_as_it_is_imported(cast: Cast, browse: Browse) -> None:
    admin = browse("adam")
    people = csv("handle,name,country,languages,timezone", "noor,Noor Lampen,NL,nl,Europe/Amsterdam")
    header = "creator,platform,name,categories,followers,average_views,average_live_viewers,engagement_percent"
    where = csv(f"{header},audience_countries,verified_on", "noor,tiktok,noor.lampen,Home,12500,,,,,")
    page = drop(admin, "/admin/uploads", creators_csv=people, channels_csv=where)
    jobs.work_uploads()
    db.session.rollback()
    assert search.find(raw(), "lampen", limit=5) == []
    assert admin.post(page + "/confirm").status_code == 303, [(each.problem, each.bad) for each in latest().files]
    jobs.work_uploads()
    assert latest().status == "imported"
    noor = db.session.scalars(select(Creator).where(Creator.handle == "noor")).one()
    assert [creator for creator, _rank in search.find(raw(), "lampen", limit=5)] == [noor.id]
    assert raw().execute("select count(*) from standing where creator_id = %s", [noor.id]).fetchone() != (0,)
    assert "Noor Lampen" in browse("olga").get(f"/brands/{cast.brands['lumen'].public_id}/creators?q=lampen").text


def test_the_page_lists_the_columns_of_each_kind_with_a_template(browse: Browse, address: str) -> None:
    brands, platforms = browse("max").get(address).text, browse("adam").get("/admin/uploads").text
    assert "write a whole number from 1 to 10000000" in brands
    for kind in KINDS.values():
        link = f"/uploads/templates/{kind.name}.csv"
        assert link in platforms
        assert (link in brands) == kind.by_brand
        template = browse("max").get(link)
        assert template.text == ",".join(kind.by_name) + "\r\n"
        assert f"{kind.name}.csv" in template.headers["Content-Disposition"]
    assert browse("max").get("/uploads/templates/nonsense.csv").status_code == 404


def test_bad_rows_are_grouped_by_reason_whatever_their_values(browse: Browse, address: str) -> None:
    browser = browse("olga")
    rows = [sale_row("O1"), *(sale_row(f"P{nr}", "many") for nr in range(7)), sale_row("O2", brand="kettle")]
    page = drop(browser, address, sales_csv=csv(SALES, *rows))
    jobs.work_uploads()
    html = " ".join(browser.get(page).text.split())
    assert re.search(r'<td class="amount"[^>]*>7</td><td[^>]*>unit_price</td>', html)
    assert "3, 4, 5, 6, 7 …" in html
    assert html.index(">unit_price</td>") < html.index(">brand</td>"), "the most frequent first"


def test_files_that_can_not_be_read_are_no_task(browse: Browse, cast: Cast, address: str) -> None:
    browser, home = browse("olga"), f"/brands/{cast.brands['lumen'].public_id}"
    drop(browser, address, nonsense_csv=b"some,other,header\n")
    jobs.work_uploads()
    assert "your yes or no" not in browser.get(home).text
    assert "Refused" in browser.get(address).text
    drop(browser, address, nonsense_csv=b"some,other,header\n", sales_csv=csv(SALES, sale_row("O1")))
    jobs.work_uploads()
    assert "1 upload waits for your yes or no" in browser.get(home).text


@pytest.mark.usefixtures("contract")
def test_a_large_preview_settles_a_sample_and_says_so(
    browse: Browse, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "SAMPLE", 20)
    monkeypatch.setattr("app.uploads.import_upload.BATCH", 10)
    browser = browse("olga")
    page = drop(browser, address, sales_csv=csv(SALES, *[sale_row(f"O{nr}", coupon="mira") for nr in range(50)]))
    jobs.work_uploads()
    upload = latest()
    assert upload.earned is not None
    assert upload.earned["sample"] == {"settled": 20, "due": 50}
    assert {row["what"]: row["lines"] for row in upload.earned["rows"]} == {"coupon": 20, "due": 30}
    assert "Worked out from the first 20 of 50 rows" in browser.get(page).text
    browser.post(f"{page}/confirm")
    jobs.work_uploads()
    imported = latest()
    assert imported.earned is not None
    assert [(row["what"], row["lines"]) for row in imported.earned["rows"]] == [("coupon", 50)]
    assert "sample" not in imported.earned


@pytest.mark.usefixtures("contract")
def test_the_bar_never_goes_back_and_files_are_counted_while_they_are_read(
    browse: Browse, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "TELL_EVERY", 0.0)
    monkeypatch.setattr(jobs, "WATCH_EVERY", 0.0)
    monkeypatch.setattr("app.csvfiles.blocks.BLOCK", 10)
    monkeypatch.setattr("app.uploads.import_upload.BATCH", 10)
    browser, seen, counts = browse("olga"), [], []
    tell = jobs._Progress._tell

    def told(self: jobs._Progress, *given: Any) -> None:
        tell(self, *given)
        upload = latest_in(self)
        seen.append(upload[0])
        counts.append(upload[1])

    def latest_in(progress: jobs._Progress) -> tuple[int, list[int]]:
        row = progress.connection.execute(text("select progress_done, progress_total from upload")).one()
        assert row.progress_done <= row.progress_total == jobs.WHOLE
        files = progress.connection.execute(text("select read_rows from upload_file order by nr"))
        return row.progress_done, list(files.scalars())

    monkeypatch.setattr(jobs._Progress, "_tell", told)
    rows = [sale_row(f"O{nr}", coupon="mira") for nr in range(40)]
    touches = csv(TOUCHES, *[f"lumen,T{nr},v{nr},mira,,2026-03-10T11:00:00Z" for nr in range(40)])
    page = drop(browser, address, sales_csv=csv(SALES, *rows), touches_csv=touches)
    jobs.work_uploads()
    assert seen == sorted(seen)
    assert seen[-1] == jobs.WHOLE
    assert [20, 40] in counts, "the touches are read first"
    preview = len(seen)
    browser.post(f"{page}/confirm")
    jobs.work_uploads()
    assert seen[preview:] == sorted(seen[preview:])
    assert seen[preview] < jobs.WHOLE


@pytest.mark.usefixtures("contract")
def test_an_imported_upload_leads_to_the_sales_it_brought(browse: Browse, address: str, cast: Cast) -> None:
    browser = browse("olga")
    market.sale(cast.brands["lumen"], order_ref="BEFORE")
    db.session.commit()
    settled()
    page = drop(browser, address, sales_csv=csv(SALES, sale_row("O1", coupon="mira"), sale_row("O2")))
    jobs.work_uploads()
    assert "See these sales" not in browser.get(page).text
    browser.post(f"{page}/confirm")
    jobs.work_uploads()
    html = browser.get(page).text
    assert "See these sales" in html
    link = html.split('btn btn-primary" href="')[1].split('"')[0]
    sales = browser.get(link).text
    assert ">O1<" in sales
    assert ">O2<" in sales
    assert "BEFORE" not in sales
    foreign = link.replace(str(cast.brands["lumen"].public_id), str(cast.brands["kettle"].public_id))
    assert ">O1<" not in browse("kim").get(foreign).text

"""Mail leaves encrypted and to the server it is meant for, or not at all unless the settings say so out loud."""

from __future__ import annotations

import ssl
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme
from flask import Flask

from app import mail
from app.errors import Unavailable
from tests.notifications.smtp import mail_server

AT = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def post(worker_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`post(smtp_url=..., ...)` sends one mail under these settings."""

    def post(**about: Any) -> bool:
        config = replace(worker_app.extensions["streamcut"], instance_dir=tmp_path, **about)
        monkeypatch.setitem(worker_app.extensions, "streamcut", config)
        with worker_app.app_context():
            return mail.send("olga@cast.example", "Reset", "https://streamcut.example/reset/secret", key="k", at=AT)

    return post


def trusted_by(authority: trustme.CA, folder: Path) -> str:
    path = folder / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


def certificate(authority: trustme.CA, name: str = "127.0.0.1") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_mail_is_encrypted_to_a_server_that_proves_its_name(
    scheme: str, authority: trustme.CA, post: Any, tmp_path: Path
) -> None:
    with mail_server(scheme, certificate(authority)) as box:
        url = box.url.replace("://", "://user:secret@")
        assert post(smtp_url=url, smtp_ca_file=trusted_by(authority, tmp_path))
    assert [message["Subject"] for message in box.mails] == ["Reset"]
    assert box.passwords == 1


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
@pytest.mark.parametrize("fault", ["self-signed", "another name"])
def test_a_server_that_does_not_gets_neither_password_nor_mail(
    scheme: str, fault: str, authority: trustme.CA, post: Any, tmp_path: Path
) -> None:
    stranger = trustme.CA() if fault == "self-signed" else authority
    name = "mail.example" if fault == "another name" else "127.0.0.1"
    with mail_server(scheme, certificate(stranger, name)) as box:
        url = box.url.replace("://", "://user:secret@")
        with pytest.raises(Unavailable):
            post(smtp_url=url, smtp_ca_file=trusted_by(authority, tmp_path))
    assert (box.passwords, box.mails) == (0, [])


def test_a_server_without_encryption_gets_nothing(post: Any) -> None:
    with mail_server() as box:
        with pytest.raises(Unavailable):
            post(smtp_url=box.url)
        with pytest.raises(Unavailable):
            post(smtp_url=box.url.replace("://", "://user:secret@"))
    assert (box.passwords, box.mails) == (0, [])


def test_unless_a_setting_says_so_out_loud(post: Any) -> None:
    with mail_server() as box:
        assert post(smtp_url=box.url.replace("://", "://user:secret@"), smtp_plaintext=True)
    assert (box.passwords, len(box.mails)) == (1, 1)


def test_mail_that_is_not_sent_is_for_its_owners_eyes_only(post: Any, tmp_path: Path) -> None:
    assert not post(smtp_url="")
    (letter,) = (tmp_path / "mail").iterdir()
    assert letter.stat().st_mode & 0o777 == 0o600
    assert letter.parent.stat().st_mode & 0o777 == 0o700

"""README and docs are true: what they link to is there, the commands they print exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.cli.group import commands

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_exist(page: Path) -> None:
    text = page.read_text()
    named = set(re.findall(r"(?:`|bin/)flask ([a-z-]+)", text)) - {"db"}
    assert named <= set(commands.commands), f"no such command: {named - set(commands.commands)}"
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    made = set(re.findall(r"`make ([a-z-]+)", text)) | set(re.findall(r"^make ([a-z-]+)", text, re.MULTILINE))
    assert made <= targets, f"no such target: {made - targets}"


def test_the_map_names_what_is_there() -> None:
    text = (ROOT / "README.md").read_text()
    named = re.findall(r"`((?:app|docs|tests)/[\w/.]+)`", text)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_pictures_are_small() -> None:
    assert [picture.name for picture in (ROOT / "docs").glob("*.png") if picture.stat().st_size > 300_000] == []

"""Names in any letters, and what is an account."""

from __future__ import annotations

import pytest

from app.creators.search import letters


@pytest.mark.parametrize(
    ("name", "found_by"),
    [
        ("Кот Матроскин", {"кот", "kot", "матроскин", "matroskin"}),
        ("王小明", {"王小明", "王小", "小明", "wang", "xiao", "ming", "xiaoming", "wangxiaoming"}),
        ("محمد صلاح", {"محمد", "mhmd", "~mhmd", "صلاح", "~slh"}),
        ("สมชาย", {"สมชาย", "สม", "~smch"}),
        ("김우빈", {"김우빈", "gimubin"}),
        ("NICO【平成フラミンゴ】", {"nico", "平成フラミンゴ", "フラ"}),
        ("Şeyma ✨", {"şeyma", "seyma"}),
        ("Sam✨", {"sam"}),
    ],
)
def test_a_name_is_found_by_itself_by_pieces_and_in_latin_letters(name: str, found_by: set[str]) -> None:
    assert found_by <= set(letters.words(name))


def test_what_looks_alike_is_spelled_alike() -> None:
    assert letters.spelled("e\u0301") == "é"
    assert letters.spelled("\U0001d4dc\U0001d4f2\U0001d4fb\U0001d4ea") == "Mira"
    assert letters.spelled("ze\u200bro") == "zero"
    assert letters.spelled("أحمد") == letters.spelled("احمد")
    assert letters.spelled("a—b🎉c").split() == ["a", "b", "c"]


def test_consonants_are_the_same_however_a_name_is_written_in_latin_letters() -> None:
    assert letters.bones("mohammed") == letters.bones("muhamad") == letters.bones("mhmd") == "mhmd"
    assert letters.bones("somchai") == letters.bones("smchaay")
    assert letters.bones("aya") == letters.bones("") == letters.bones("sam") == ""


@pytest.mark.parametrize(
    ("typed", "account"),
    [
        ("@Khaby.lame", "khaby.lame"),
        ("https://www.tiktok.com/@khaby.lame?lang=en", "khaby.lame"),
        ("instagram.com/the_lamp/", "the_lamp"),
        ("twitch.tv/xqcow", "xqcow"),
        ("https://www.youtube.com/c/MrBeast6000", "mrbeast6000"),
        ("lamp", "lamp"),
        ("two words", ""),
        ("", ""),
        ("@", ""),
    ],
)
def test_an_account_is_read_as_people_write_or_paste_it(typed: str, account: str) -> None:
    assert letters.account(typed) == account
    assert letters.only_account(typed) == (bool(account) and typed != "lamp")

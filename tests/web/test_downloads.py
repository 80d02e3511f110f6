"""The names that files are saved under: the title with its accents, and another in ASCII."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from speedboat.web.downloads import LONGEST, download, file_name


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Médiathèque de Lezoux", "Médiathèque de Lezoux"),
        ("Où en\nsommes-nous ?", "Où en sommes-nous"),
        ("Bilan 1/2 : été", "Bilan 1 2 été"),
        ('« C\\D » | "E" <F> *', "« C D » E F"),
        (".cachés..", "cachés"),
        ("\u202eSLX\u202c 👩‍👧", "SLX 👩‍👧"),
        ("é" * 200, "é" * LONGEST),
        ("???", ""),
        ("", ""),
    ],
)
def test_of_a_title_remains_what_every_system_takes_as_a_name(title: str, name: str) -> None:
    assert file_name(title) == name


def test_a_file_is_saved_under_its_title_and_under_ascii_where_that_is_not_understood() -> None:
    header = download(b"", "text/csv", "speedboat-ABC234.csv", "Été : où ?").headers["Content-Disposition"]
    plain, _, titled = header.partition("; filename*=UTF-8''")
    assert plain == 'attachment; filename="speedboat-ABC234.csv"'
    assert unquote(titled) == "Été où – speedboat-ABC234.csv"
    assert titled.isascii()


def test_without_a_title_there_is_one_name() -> None:
    header = download(b"", "text/csv", "synthesis.csv").headers["Content-Disposition"]
    assert header == 'attachment; filename="synthesis.csv"'

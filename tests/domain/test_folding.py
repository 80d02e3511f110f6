"""One folding for every search: however a word is written, it is found as it is meant."""

from __future__ import annotations

import unicodedata

import pytest

from speedboat.domain.folding import fold


@pytest.mark.parametrize(
    ("text", "searched"),
    [
        ("Médiathèque", "mediatheque"),
        (unicodedata.normalize("NFD", "Médiathèque"), "mediatheque"),
        ("Cœur, ÆGIDE, Straße", "coeur, aegide, strasse"),
        ("ofﬁce", "office"),  # one sign for two letters, as PDF readers copy it
        ("Wi-Fi", "wifi"),
        ("Wi‑Fi", "wifi"),  # with the hyphen that Word keeps together
        ("aujourd’hui, aujourd'hui, aujourdʼhui", "aujourdhui, aujourdhui, aujourdhui"),
        ("co\u00adworking", "coworking"),
        ("Le  budget –\n2027", "le budget 2027"),
        ("łódź", "lodz"),
        ("٣ مكتبة", "٣ مكتبة"),
    ],
)
def test_how_a_word_is_written_does_not_matter(text: str, searched: str) -> None:
    assert fold(text) == searched
    assert fold(fold(text)) == fold(text)

"""Texts in the picture: nothing is drawn as an empty box that a phone writes with one key."""

from __future__ import annotations

import pytest

from speedboat.exports.line_breaks import cut_into_lines


@pytest.mark.parametrize(
    ("written", "drawn"),
    [
        ("🇫🇷 et 🇬🇧", "FR et GB"),
        ("🇫🇷🇧🇪", "FRBE"),
        ("1️⃣ puis #️⃣", "1 puis #"),
        ("👨‍👩‍👧‍👦 ensemble", "👨 ensemble"),
        ("👩🏽‍💻 elle", "👩 elle"),
        ("🏴󠁧󠁢󠁳󠁣󠁴󠁿 Écosse", "🏴 Écosse"),
        ("🏳️‍🌈 là", "🏳 là"),
        ("❤️ merci", "❤ merci"),
    ],
)
def test_joined_signs_are_drawn_as_their_first_and_flags_as_letters(written: str, drawn: str) -> None:
    assert cut_into_lines(written, 40, 3).lines == [drawn]

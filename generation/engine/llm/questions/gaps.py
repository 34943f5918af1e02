"""Sentences with a word left out: asked of a document that allows no other question, so that none is forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from generation.engine.llm.documents.passages import Passage
from generation.engine.llm.questions.corpus import Corpus
from generation.engine.llm.questions.grammar.frames import frames_of, spoken_language
from generation.engine.llm.questions.grammar.language import FUNCTION_WORDS, language_of
from generation.engine.llm.questions.grammar.words import STOP_WORDS, words_of
from generation.engine.llm.questions.question import Evidence, Form, Kind, Question

GAP = "____"
_WORD = re.compile(r"\d[\d.,]*\d|\d+|[^\W\d_][\w'’-]{2,}\w")
_AROUND = 7  # words on each side
_SENTENCE_END = re.compile(r"[.!?]\s|\n")
_ITEM_MARK = re.compile(r"-|\d{1,3}\.")
_MOST_OF_A_PASSAGE = 2


def gaps_of(passages: Iterable[Passage], corpus: Corpus, labels: Mapping[str, str]) -> Iterator[Question]:
    """Up to two questions a passage: a word that stands nowhere else is left out of the words around it.

    `labels` are what documents are called, by id.
    """
    for passage in passages:
        found = 0
        language = language_of(passage.text)
        words = FUNCTION_WORDS.get(language, STOP_WORDS)
        for match in _WORD.finditer(passage.text):
            if found == _MOST_OF_A_PASSAGE:
                break
            if match.group().lower() not in words and (
                question := _gap(passage, match, corpus, labels[passage.document], language)
            ):
                found += 1
                yield question


def _gap(passage: Passage, match: re.Match[str], corpus: Corpus, label: str, language: str) -> Question | None:
    text = passage.text
    before = _SENTENCE_END.split(_unmarked(text[: match.start()]))[-1].split()[-_AROUND:]
    after = _SENTENCE_END.split(text[match.end() :])[0].split()[:_AROUND]
    word = match.group()
    is_told = len(before) + len(after) >= _AROUND and word.lower() not in words_of(" ".join([*before, *after]))
    is_heading = after[:1] == [":"]  # "Note:" says nothing of what follows
    if not is_told or is_heading or not corpus.is_unique(word):
        return None
    joined = re.sub(rf"{GAP} (?=[^\w\s(\[“„«])", GAP, " ".join([*before, GAP, *after]))
    evidence = Evidence(passage.id, passage.document, match.start(), match.end(), word)
    asked = frames_of(language).gap.format(topic=label, text=joined.rstrip("."))
    return Question(asked, word, Form.SINGLE, Kind.PHRASE, (evidence,), language=spoken_language(language))


def _unmarked(text: str) -> str:
    """The text without the mark of the list item in which it ends."""
    head, line_end, last = text.rpartition("\n")
    first, blank, rest = last.lstrip().partition(" ")
    return f"{head}{line_end}{rest}" if blank and _ITEM_MARK.fullmatch(first) else text

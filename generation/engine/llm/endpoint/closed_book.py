"""How many questions a model answers without the documents: those test what it knows, not what it finds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from generation.engine.llm.counts import counted
from generation.engine.llm.endpoint.door import Asker, Prompt
from generation.engine.llm.endpoint.prompts import (
    CLOSED_BOOK,
    CLOSED_BOOK_SCHEMA,
    CLOSED_BOOK_SYSTEM,
    filled_in,
    withheld,
)
from generation.engine.llm.endpoint.rewording import asked_by_parts
from generation.engine.llm.questions.question import Question, said_before

_ARTICLES = frozenset({"a", "an", "the"})


def closed_book(questions: Sequence[Question], asker: Asker, seed: int) -> str:
    """The share of the questions that are answered without any passage, as a sentence."""
    asked = [question for question in questions if _has_one_answer(question)]
    texts = [said_before(question) for question in asked]
    prompts = [
        Prompt(CLOSED_BOOK_SYSTEM, filled_in(CLOSED_BOOK, {"question": text}), CLOSED_BOOK_SCHEMA, (seed + at) % 2**31)
        for at, text in enumerate(texts)
    ]
    answers = asked_by_parts(asker, prompts)
    told = [(one, str(answer["answer"])) for one, answer in zip(asked, answers.found, strict=True) if answer]
    right = sum(is_right(said, question.answer) for question, said in told)
    why = f" Without a reply: {answers.why}." if answers.why else ""
    share = f"{right:,} of {counted(len(told), 'question')} {'is' if right == 1 else 'are'}"
    return f"{share} answered without the documents, by the endpoint's model alone.{why}"


def is_right(said: str, answer: str) -> bool:
    """Whether what was said is the answer or holds it, without regard to case, marks and articles.

    >>> is_right("It was the Norwood Institute.", "Norwood Institute"), is_right("1995", "5")
    (True, False)
    """
    wanted = _plain(answer)
    return bool(wanted) and f" {wanted} " in f" {_plain(said)} "


def _plain(text: str) -> str:
    words = re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(word for word in words if word not in _ARTICLES)


def _has_one_answer(question: Question) -> bool:
    """Whether an answer can be right by itself: to a rule, a guess is right half the time."""
    text = said_before(question)
    return bool(question.answer) and not question.verdict and withheld([text]) == [text]

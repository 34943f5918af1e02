"""Questions in the words of an endpoint: asked for one by one, checked, and left as they were where a check fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from generation.engine.llm.counts import counted
from generation.engine.llm.endpoint.door import Answers, Asker, Failure, Prompt
from generation.engine.llm.endpoint.faithfulness import why_not
from generation.engine.llm.endpoint.prompts import REWORD, REWORD_SCHEMA, REWORD_SYSTEM, filled_in, withheld
from generation.engine.llm.questions.asking import identified
from generation.engine.llm.questions.corpus import FIRST, Corpus
from generation.engine.llm.questions.gaps import GAP
from generation.engine.llm.questions.personas import compared, compared_own, unstyled
from generation.engine.llm.questions.pool import Copies
from generation.engine.llm.questions.question import Question, said_before

AT_ONCE = 100
LITTLE_CHANGED = "little was changed"
REPEATED = "says what another question says"
NOT_FOUND = "its passage is not found by it any more"
# A distractor misleads by its passages; every other attack is in the words.
_FREE = frozenset({"", "distractor"})


def asked_by_parts(asker: Asker, prompts: Sequence[Prompt]) -> Answers:
    """What came of the prompts, some at a time: once nothing at all came back of some, the rest is not asked."""
    found: list[dict[str, object] | None] = []
    failures, words = Counter[Failure](), ""
    for at in range(0, len(prompts), AT_ONCE):
        some = asker.ask(list(prompts[at : at + AT_ONCE]))
        found += some.found
        failures.update(some.failures)
        words = some.words or words
        if not any(some.found):
            break
    if left := len(prompts) - len(found):
        failures[Failure.ENDED] += left
    return Answers((*found, *[None] * left), failures, words)


class Rewording:
    """The questions of one set on their way to other words. `own` are real questions of the owner."""

    def __init__(self, questions: Sequence[Question], corpus: Corpus, own: Sequence[str], *, may_leave: bool) -> None:
        self.questions, self.corpus, self.may_leave = list(questions), corpus, may_leave
        self.sent: list[int] = []
        self.unsent, self.refused = Counter[str](), Counter[str]()
        self.taken = 0
        self.answers = Answers((), {})
        self._said = Copies([*compared_own(own), *(compared(question) for question in questions)])

    def ask(self, asker: Asker, seed: int) -> list[Question]:
        """Every question, in the endpoint's words where these ask the same. Answers and evidence stay."""
        reasons = self._why_not_sent()
        self.unsent.update(filter(None, reasons))
        self.sent = [place for place, reason in enumerate(reasons) if not reason]
        self.answers = asked_by_parts(asker, self._prompts(seed))
        answered = zip(self.sent, self.answers.found, strict=True)
        texts = {place: " ".join(str(answer["question"]).split()) for place, answer in answered if answer}
        changed = {place: replace(self.questions[place], text=text) for place, text in texts.items()}
        lost = self._lost(changed)
        for place, question in changed.items():
            self._take(place, question, is_lost=place in lost)
        return self.questions

    def _why_not_sent(self) -> list[str]:
        clean = withheld([said_before(question) for question in self.questions])
        return [
            "holds personal data" if text != said_before(question) else _why_not_other(question)
            for question, text in zip(self.questions, clean, strict=True)
        ]

    def _prompts(self, seed: int) -> list[Prompt]:
        questions = [self.questions[place] for place in self.sent]
        passages = withheld([self._passages(question) for question in questions])
        found = []
        for place, question, passage in zip(self.sent, questions, passages, strict=True):
            before = " ".join(turn.question for turn in question.turns)
            slots = {
                "question": unstyled(question.text),
                "before": f"It follows the question: {before}\n" if before else "",
                "persona": question.persona or "plain",
                "kind": question.kind.value,
                "passage": f"\nIt is about this passage:\n{passage}" if passage else "",
            }
            found.append(Prompt(REWORD_SYSTEM, filled_in(REWORD, slots), REWORD_SCHEMA, (seed + place) % 2**31))
        return found

    def _passages(self, question: Question) -> str:
        """The passages of its evidence, "" where nobody stated that they may be released."""
        names = dict.fromkeys(piece.passage for piece in question.evidence if self.may_leave)
        return "\n\n".join(self.corpus.passage(name).text for name in names if name in self.corpus.place)

    def _lost(self, changed: dict[int, Question]) -> set[int]:
        """The questions whose passage a search finds by the template's words and not by the new ones."""
        before, after = (
            self.corpus.ranked([said_before(question) for question in some], FIRST)
            for some in ([self.questions[place] for place in changed], list(changed.values()))
        )
        own = [self.corpus.place.get(question.evidence[0].passage) for question in changed.values()]
        rows = zip(changed, own, before, after, strict=True)
        return {place for place, gold, old, new in rows if gold in old and gold not in new}

    def _take(self, place: int, changed: Question, *, is_lost: bool) -> None:
        if reason := self._against(self.questions[place], changed, is_lost=is_lost):
            self.refused[reason] += 1
            return
        self._said.add(compared(changed))
        self.questions[place] = identified(changed)
        self.taken += 1

    def _against(self, template: Question, changed: Question, *, is_lost: bool) -> str:
        if reason := why_not(template, changed.text, self.corpus):
            return reason
        if Copies([compared(template)]).has(compared(changed)):
            return LITTLE_CHANGED
        if self._said.has(compared(changed)):
            return REPEATED
        return NOT_FOUND if is_lost else ""

    def told(self) -> list[str]:
        """How many are in whose words, and why."""
        reasoned = [("Not sent", self.unsent), ("Not taken", self.refused)]
        parts = [f"{said}: {_listed(reasons)}." for said, reasons in reasoned if reasons]
        parts += [f"Without an answer: {self.answers.why}."] if self.answers.why else []
        if self.answers.words and not any(self.answers.found):
            parts.append(f"It said: “{self.answers.words}”.")
        share = f"{self.taken:,} of {counted(len(self.questions), 'question')} {'is' if self.taken == 1 else 'are'}"
        return [" ".join([f"{share} in the endpoint's words, the others in a template's.", *parts])]


def _why_not_other(question: Question) -> str:
    if question.attack not in _FREE:
        return "the attack is in its words"
    if GAP in question.text:
        return "it quotes a sentence"
    return "it is keywords" if not unstyled(question.text).endswith("?") else ""


def _listed(reasons: Counter[str]) -> str:
    return ", ".join(f"{count:,}: {reason}" for reason, count in reasons.most_common())

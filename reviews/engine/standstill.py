"""What nobody here may do in a review, why, and what to do about it, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from generation.engine.comparison.apart import listed_words


class Task(StrEnum):
    """What people do in a review: judge records, settle leak flags, sign the release."""

    JUDGE = "judge"
    SETTLE = "settle"
    SIGN = "sign"


class Reason(StrEnum):
    """Why a person cannot do it, most lasting first: of several, the first one is told."""

    PART = "part"
    PAUSED = "paused"
    RAISED = "raised"
    SET_ASIDE = "set aside"
    JUDGED = "judged"
    BEGUN = "begun"
    SKIPPED = "skipped"


# {names}, then what they do to one thing or to several; "is|are" follows the number of people.
_BECAUSE: Mapping[Reason, str] = {
    Reason.PART: "{names} {owns|own} the dataset or asked for the run",
    Reason.PAUSED: "{names} {is|are} paused",
    Reason.RAISED: "{names} raised {it}",
    Reason.SET_ASIDE: "what {names} said of {it} was set aside",
    Reason.JUDGED: "{names} {has|have} judged {it} already",
    Reason.BEGUN: "{names} {has|have} begun to settle {it}",
    Reason.SKIPPED: "{names} skipped {it}",
}
_IT = {Task.JUDGE: ("it", "them"), Task.SETTLE: ("its record", "their records"), Task.SIGN: ("records of it",) * 2}
_ROLE = {Task.JUDGE: "an annotator", Task.SETTLE: "an annotator or a steward", Task.SIGN: "a steward"}


@dataclass(frozen=True, slots=True)
class Standstill:
    """`number` records, flags or releases that nobody may judge, settle or sign; `people` are those who could but for a
    reason: names by keys.
    """

    task: Task
    number: int
    people: Mapping[Reason, Mapping[int, str]]

    def waits_for_skip_of(self, person: int) -> bool:
        """Whether these records could be judged if this person took their skips back."""
        return self.task is Task.JUDGE and person in self.people.get(Reason.SKIPPED, {})

    @property
    def said(self) -> str:
        """
        >>> Standstill(Task.JUDGE, 1, {Reason.SKIPPED: {7: "ben"}}).said
        '1 record nobody here may judge, because ben skipped it.'
        """
        return f"{self._what} nobody here may {self.task}, because {self._because}."

    @property
    def remedy(self) -> str:
        """
        >>> Standstill(Task.JUDGE, 1, {Reason.SKIPPED: {7: "ben"}}).remedy
        'Ask ben to take the skip back at the desk, or have one more person made an annotator.'
        """
        steps = []
        if skipped := self.people.get(Reason.SKIPPED):
            steps.append(f"ask {_names(skipped)} to take the skip back at the desk")
        if paused := self.people.get(Reason.PAUSED):
            steps.append(f"speak to {_names(paused)} and lift the pause")
        steps.append(f"have one more person made {_ROLE[self.task]}")
        said = ", or ".join(steps)
        return f"{said[0].upper()}{said[1:]}."

    @property
    def _what(self) -> str:
        if self.task is Task.SIGN:
            return "A release"
        thing = "record" if self.task is Task.JUDGE else "leak flag"
        return f"{self.number:,} {thing}{'' if self.number == 1 else 's'}"

    @property
    def _because(self) -> str:
        told = [self._of(reason, self.people[reason]) for reason in Reason if self.people.get(reason)]
        return listed_words(told) or f"nobody here is {_ROLE[self.task]}"

    def _of(self, reason: Reason, people: Mapping[int, str]) -> str:
        one, several = _IT[self.task]
        if reason in {Reason.RAISED, Reason.BEGUN}:
            one, several = "it", "them"
        said = _BECAUSE[reason].replace("{it}", one if self.number == 1 else several)
        for pair in ("owns|own", "is|are", "has|have"):
            said = said.replace(f"{{{pair}}}", pair.split("|")[len(people) > 1])
        return said.replace("{names}", _names(people))


def _names(people: Mapping[int, str]) -> str:
    return listed_words(sorted(people.values()))

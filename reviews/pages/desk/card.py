"""One record as the desk shows it: its shape, what is rare or marked and, on demand, what was found in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from generation.engine.tables.loading import first_rows
from generation.engine.tables.spellings.spelling import Spelling
from reviews.engine.reading.judgement import REASONS, Judgement
from reviews.engine.reading.rarity import MOST_ROWS, NOTHING_KNOWN, Frequencies, frequencies_of
from reviews.engine.reading.shape import Content, Part, Piece, Shape, answer_spans, cut, highlighted, shape_of
from reviews.engine.reading.spans import Span, spans_in
from reviews.models import Review, ReviewRecord, Skip, Verdict
from reviews.pages.desk.keys import LEAKAGE, UNREALISTIC, Keys
from reviews.repositories.samples import (
    as_written,
    coarsened_in,
    content_of,
    hidden_in,
    invented_in,
    layout_of,
    overruled_in,
    spellings_in,
)
from synthportal.errors import Conflict
from synthportal.models import Person
from synthportal.storage.vault import open_sealed

EDITED = ("text", "chat")  # layouts whose texts people may rewrite
SPEAKERS = ("user", "assistant")  # whose turns are told apart; everybody else's look alike
SIGNS = "123456789abcdefghijklnopqrstuvwxyz"  # without m: it ends marking
RARE_TABLES_KEPT = 8  # artefacts whose common values stay in a process's memory


def card_of(
    record: ReviewRecord, person: Person, keys: Keys, typed: Judgement | None = None, errors: Sequence[str] = ()
) -> dict[str, Any]:
    """What reviews/desk/_card.html takes for a record that this person holds or has reserved."""
    typed = typed or before_undo(record, person)
    return {
        "record": record.pk,
        "position": record.position,
        "token": record.token,
        "left": seconds_left(record),
        "shown": shown_record(content_of(record), reading_of(record.review), typed.fields),
        "typed": typed,
        "errors": errors,
        "flags": [
            offered(decision, shade, typed, keys, record.review.own_reasons.get(decision, ()))
            for decision, shade in ((LEAKAGE, "is-blocked"), (UNREALISTIC, "is-attention"))
        ],
        "skips": [{"value": value, "label": label} for value, label in Skip.Reason.choices],
        "edit_url": reverse("edit_record", args=[record.pk]) if layout_of(record.review) in EDITED else "",
        "urls": {name: reverse(name, args=[record.pk]) for name in ("verdict", "skip", "hold", "why")},
    }


def seconds_left(record: ReviewRecord) -> float:
    """Seconds until the hold runs out, to a tenth; negative once it has."""
    return round((record.lease_until - timezone.now()).total_seconds(), 1) if record.lease_until else 0.0


@dataclass(frozen=True, slots=True)
class Reading:
    """What the records of one review are read with: what is rare in the artefact, how they are laid out, and by place
    the labels of the columns that the portal invents, the widths of those it coarsened, what the owner overruled in a
    column, how each is written, and the labels of those for tools; the same for every record.
    """

    rare: Frequencies = NOTHING_KNOWN
    layout: str = ""
    invented: Mapping[int, str] = field(default_factory=dict)
    coarsened: Mapping[int, str] = field(default_factory=dict)
    overruled: Mapping[int, frozenset[str]] = field(default_factory=dict)
    spellings: Sequence[Spelling] = ()
    hidden: Mapping[int, str] = field(default_factory=dict)

    def reads(self, part: Part) -> bool:
        """Whether a field is shown: of a set neither what is for tools nor what this record does not have."""
        return not self.hidden or not (part.is_missing or part.place in self.hidden)

    def is_rare(self, part: Part, values: Content) -> bool:
        """Of a column of the artefact that was learnt: an invented value is rare by its making."""
        if part.place >= len(values) or part.place in self.invented:
            return False
        return self.rare.is_rare(*values[part.place])


def reading_of(review: Review) -> Reading:
    """The same for every record of the review, whatever lane it is in."""
    run = review.run
    return Reading(
        frequencies_for(review),
        layout_of(review),
        invented_in(run),
        coarsened_in(run),
        overruled_in(run),
        spellings_in(run),
        hidden_in(run),
    )


def shown_record(
    content: Content, reading: Reading, marked: Iterable[int] = (), *, with_found: bool = False
) -> dict[str, Any]:
    """A record in its shape, every part with its sign, and whether it is invented, rare or marked."""
    # What is rare is told by the values, and what is read by how the source writes them.
    shape = _shape(as_written(content, reading.spellings), reading)
    chosen, values, everything = frozenset(marked), list(content), _in_reading_order(shape)
    signs = {part.place: SIGNS[number : number + 1] for number, part in enumerate(everything)}

    def shown(part: Part) -> dict[str, Any]:
        read, folded = cut(pieces_of(part, shape, reading, with_found=with_found), part.fold_at)
        return {
            "id": part.place,
            "name": part.name,
            **_read_and_folded(part),
            "folded_pieces": folded,
            "turn": f"turn turn--{part.role if part.role in SPEAKERS else 'other'}",
            "sign": signs[part.place],
            "is_missing": part.is_missing,
            "invented": part.place in reading.invented,
            "coarsened": reading.coarsened.get(part.place, ""),
            "rare": reading.is_rare(part, values),
            "marked": part.place in chosen,
            "pieces": read,
        }

    return {
        "kind": shape.kind,
        "has_rare": any(reading.is_rare(part, values) for part in everything),
        "invented": [label for place, label in reading.invented.items() if place not in reading.hidden],
        "rows": [shown(part) for part in shape.rows],
        "main": [shown(part) for part in shape.main],
        "question": shape.question and shown(shape.question),
        "answer": shape.answer and shown(shape.answer),
        "answer_is_found": any(_answers(part, shape) for part in shape.main),
    }


def _read_and_folded(part: Part) -> dict[str, str]:
    if part.fold_at is None:
        return {"value": part.text, "folded": ""}
    return {"value": part.text[: part.fold_at].rstrip(), "folded": part.text[part.fold_at :]}


def _shape(content: Content, reading: Reading) -> Shape:
    shape = shape_of(content, reading.layout)
    return replace(shape, rows=tuple(part for part in shape.rows if reading.reads(part)))


def common_in(content: Content, reading: Reading) -> list[tuple[str, str]]:
    """Label and how common its value is in the artefact, for the columns of which that is known."""
    parts = (part for part in _in_reading_order(_shape(content, reading)) if part.place < len(content))
    told = ((part, reading.rare.how_common(*content[part.place])) for part in parts)
    return [(part.name, words) for part, words in told if words and part.place not in reading.invented]


def found_in(content: Content, reading: Reading) -> list[str]:
    """What has a form that reaches a person, in words: "e-mail address in notes"; of what is invented, it says so."""
    shape = _shape(content, reading)
    found = [
        f"{what} in {part.name}{' (invented here)' if part.place in reading.invented else ''}"
        for part in _in_reading_order(shape)
        for _, _, what in _found(part, reading)
    ]
    return list(dict.fromkeys(found))


def _in_reading_order(shape: Shape) -> list[Part]:
    first = [part for part in (shape.question, shape.answer) if part]
    return [*first, *shape.main, *shape.rows]


def pieces_of(part: Part, shape: Shape, reading: Reading, *, with_found: bool) -> tuple[Piece, ...]:
    """The text in highlighted pieces; empty when nothing is highlighted."""
    spans = _answers(part, shape) + (_found(part, reading) if with_found else [])
    return highlighted(part.text, spans) if spans else ()


def _found(part: Part, reading: Reading) -> list[Span]:
    return spans_in(part.text, reading.overruled.get(part.place, frozenset()))


def _answers(part: Part, shape: Shape) -> list[Span]:
    if shape.answer is None or part not in shape.main or shape.answer.is_missing:
        return []
    return answer_spans(part.text, shape.answer.text)


def frequencies_for(review: Review) -> Frequencies:
    """What is common in the review's artefact, counted once per process; nothing where the bytes cannot be read."""
    try:
        return _frequencies(review.run.dataset.key_id, review.artefact_sha256)
    except Conflict:
        return NOTHING_KNOWN


@lru_cache(maxsize=RARE_TABLES_KEPT)
def _frequencies(key_id: UUID, sha256: str) -> Frequencies:
    with open_sealed(key_id, sha256) as artefact:
        return frequencies_of(first_rows(artefact, MOST_ROWS))


def offered(
    decision: Verdict.Decision, shade: str, typed: Judgement, keys: Keys, own: Sequence[str] = ()
) -> dict[str, Any]:
    """One kind of flag with its reasons and their keys; `own` are reasons of this dataset alone."""
    pressed = {value: key_of(keys, value) for value in REASONS[decision]} | dict(zip(own, keys.spare, strict=False))
    return {
        "verdict": decision.value,
        "label": decision.label,
        "shade": shade,
        "key": key_of(keys, decision.value),
        "checked": typed.decision == decision,
        "reasons": [
            {
                "value": value,
                "label": label,
                "key": pressed.get(value),
                "checked": typed.decision == decision and value in typed.reasons,
            }
            for value, label in {**REASONS[decision], **{words: words for words in own}}.items()
        ],
    }


def key_of(keys: Keys, action: str) -> dict[str, str]:
    """The key of an action: as the script knows it, and as it stands on the button."""
    return {"press": keys.pressed(action), "shown": keys.shown(action)}


def before_undo(record: ReviewRecord, person: Person) -> Judgement:
    """What this person had said of the record before they took it back, so that nothing typed is lost."""
    undone = record.verdicts.filter(by=person, undone_at__isnull=False).order_by("-undone_at").first()
    if undone is None or undone.decision == Verdict.Decision.CLEAN:
        return Judgement("")
    return Judgement(undone.decision, undone.reasons, undone.fields, undone.note)

"""What was found in a column, as chips: each says what, in how many cells, who found it and how sure they are."""

from __future__ import annotations

from dataclasses import dataclass

from generation.engine.pii.entities import Finding, entity_words
from generation.engine.profiling.profile import LENGTH_EDGES, ColumnProfile, TableProfile, TextFacts
from generation.engine.schema import Sdtype
from generation.pages.status.words import LANGUAGES, VOICES
from synthportal.templatetags.human import percent


@dataclass(frozen=True, slots=True)
class Chip:
    """One finding: `how` is who found it and how sure they are, in a line."""

    entity: str
    words: str
    share: str
    is_direct: bool
    is_overruled: bool
    how: str


@dataclass(frozen=True, slots=True)
class RecallLine:
    """Of `n` invented values of a kind, the share that was found again, with its interval at 95 %."""

    words: str
    share: str
    between: str
    n: int


def chips_of(column: ColumnProfile) -> tuple[Chip, ...]:
    """The findings of a column, the most frequent first."""
    return tuple(chip_of(finding) for finding in column.findings)


def chip_of(finding: Finding) -> Chip:
    """One of them."""
    return Chip(
        finding.entity,
        entity_words(finding.entity),
        percent(finding.share, 0),
        finding.is_direct,
        finding.overruled,
        how_words(finding),
    )


def recalls_of(profile: TableProfile) -> list[tuple[str, tuple[RecallLine, ...]]]:
    """By label of each column of free text: how much of invented values is found again in copies of it."""
    texts = (column for column in profile.columns if column.sdtype is Sdtype.TEXT)
    return [(column.label, recall_lines(column)) for column in texts]


def recall_lines(column: ColumnProfile) -> tuple[RecallLine, ...]:
    """One line for each entity of which the column holds enough."""
    return tuple(
        RecallLine(
            entity_words(one.entity),
            percent(one.share, 0),
            f"{percent(one.lower, 0)} to {percent(one.upper, 0)}",
            one.n,
        )
        for one in column.recall
    )


@dataclass(frozen=True, slots=True)
class TextLines:
    """The facts on a column of texts as they are read: `words` in sentences, lengths and turns with their counts."""

    label: str
    words: tuple[str, ...]
    counts: tuple[int, ...]
    lengths: tuple[tuple[str, str], ...]
    turn_counts: tuple[int, ...]


def texts_of(profile: TableProfile) -> list[TextLines]:
    """How the texts or conversations of a source are: how long, how many turns, in which languages."""
    labels = {column.name: column.label for column in profile.columns}
    return [_text_lines(facts, labels[facts.column]) for facts in profile.texts if facts.texts]


def _text_lines(facts: TextFacts, label: str) -> TextLines:
    said = [f"{facts.texts:,} texts, {facts.median_words:,.0f} words in the middle one"]
    said += [f"{facts.repeated:,} equal to one before"] if facts.repeated else []
    if facts.turns:
        turns = [number for number, count in facts.turns for _ in range(count)]
        said.append(f"{turns[0]} to {turns[-1]} turns, {turns[len(turns) // 2]} in the middle one")
    spoken = [f"{LANGUAGES.get(locale, locale)} {percent(count / facts.read, 0)}" for locale, count in facts.languages]
    said.append(f"Languages, by the words of the first {facts.read:,}: {', '.join(spoken)}")
    ends = [f"to {end - 1}" for end in LENGTH_EDGES[1:]]
    names = (f"{start} {end}" for start, end in zip(LENGTH_EDGES, [*ends, "or more"], strict=True))
    lengths = tuple((name, f"{count:,}") for name, count in zip(names, facts.lengths, strict=True) if count)
    return TextLines(label, tuple(said), facts.lengths, lengths, tuple(count for _, count in facts.turns))


def how_words(finding: Finding) -> str:
    """ "found by its form and lists of names, 87 % sure, read in 1,000 different values"."""
    voices = " and ".join(VOICES[voice] for voice in finding.found_by)
    by = f"found by {voices}, " if voices else ""
    checked = ", its check holds" if finding.validated else ""
    return f"{by}{percent(finding.confidence, 0)} sure{checked}, read in {finding.n_scanned:,} different values"

"""The profile of a table as plain data. Standard library only, so that a page can read one without pandas."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from generation.engine.pii.entities import Finding, SeededRecall
from generation.engine.pii.labels import names_person
from generation.engine.schema import ColumnRole, ColumnSpec, Schema, Sdtype

# From this share and score on a finding says what a whole column is, not what slipped into some of its cells.
DIRECT_SHARE = 0.1
DIRECT_CONFIDENCE = 0.5
MOST_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Spread:
    """The shape of a column in counts.

    For numbers and dates (`kind` "histogram") `edges` are round grid lines between about the 1 % and 99 % quantiles
    (ISO dates for dates), `counts` the values per bin, those outside counted in the outermost bins. For the rest
    ("categories") `counts` are the largest categories, descending and unnamed, and `folded` how many values the others
    hold together. `heavy_tail`: some value lies further beyond the central 98 % than 1.5 times its width.
    """

    kind: str
    counts: tuple[int, ...] = ()
    edges: tuple[float | str, ...] = ()
    folded: int = 0
    heavy_tail: bool = False


@dataclass(frozen=True, slots=True)
class GroupSizes:
    """How many records share one combination of quasi-identifiers (k-anonymity, Sweeney 2002).

    `smallest` is k; `unique_share` the share of records (0..1) alone in their group; `rows_under_5` a count of records.
    """

    smallest: int
    unique_share: float
    rows_under_5: int


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One column: `missing` and `distinct` are counts, `mean_words` 0 unless text, `why` one sentence for the role.

    `is_measurable`: an identifier made of whole numbers, which the owner may call a measure. `has_form`: nearly all its
    texts are codes of one form. `untidy` counts cells that differ from a more common value only in case or spaces.
    `meaning` is what the values of a class are by themselves ("words for sex or gender"), `meaning_role` its role.
    `recall` says of a text how much of invented values in copies of it is found, by entity. `was_direct`: it was found
    to be a direct identifier, and the owner gave it another role.
    """

    name: str
    label: str
    sdtype: Sdtype
    missing: int
    distinct: int
    spread: Spread
    mean_words: float
    findings: tuple[Finding, ...]
    role: ColumnRole
    why: str
    is_measurable: bool = False
    has_form: bool = False
    untidy: int = 0
    meaning: str = ""
    meaning_role: str = ""
    recall: tuple[SeededRecall, ...] = ()
    was_direct: bool = False

    @property
    def entity(self) -> str:
        """The direct identifier most of the column consists of, or "".

        A form that is weak by itself counts where most cells have it: it is found only where the label speaks for it.
        """
        direct = [f for f in self.findings if f.is_direct and f.share >= DIRECT_SHARE]
        strong = [f for f in direct if f.confidence >= DIRECT_CONFIDENCE or f.share >= MOST_SHARE]
        return max(strong, key=lambda f: (f.share * f.confidence, f.entity)).entity if strong else ""

    def given(self, role: ColumnRole) -> ColumnProfile:
        """The column as the owner says. Whole numbers that are said to identify nobody are a measure, unless their
        label names what a person is known by; what was a direct identifier for another reason stays known as one.
        """
        is_measure = self.is_measurable and role is not ColumnRole.DIRECT and not names_person(self.label)
        was_direct = self.was_direct or (self.role is ColumnRole.DIRECT and not is_measure)
        sdtype = Sdtype.NUMERICAL if is_measure else self.sdtype
        return replace(self, role=role, sdtype=sdtype, why="Chosen by the owner.", was_direct=was_direct)

    @property
    def identifies(self) -> bool:
        """Whether the column as a whole is made of direct identifiers: by its role, or by what was found in it.

        Another role alone changes nothing about that; with a finding that the owner overruled on record, it does.
        """
        is_reset = self.was_direct and not self.overruled
        return self.role is ColumnRole.DIRECT or is_reset or bool(self.entity)

    @property
    def overruled(self) -> frozenset[str]:
        """Entities that were found and that the owner says are something else."""
        return frozenset(finding.entity for finding in self.findings if finding.overruled)

    @property
    def holds_people(self) -> bool:
        """Whether it points at one person as a whole, or anything found in it does, in however few cells."""
        return self.identifies or any(finding.is_direct for finding in self.findings)

    @property
    def spec(self) -> ColumnSpec:
        """The column in the engine's shared words."""
        return ColumnSpec(self.name, self.sdtype, self.role, self.label)


# Where a bar of `TextFacts.lengths` begins, in words.
LENGTH_EDGES = (0, 5, 10, 15, 20, 30, 50, 100, 200, 500)


@dataclass(frozen=True, slots=True)
class TextFacts:
    """What the texts of a column are, without any of them.

    `lengths` counts them by words, from each of `LENGTH_EDGES` to the next; `repeated` those equal to one before;
    `turns` counts conversations by their turns, () for texts; `languages` the locale of a language with its texts among
    the `read` ones, "" for those that tell none or one that too few texts have.
    """

    column: str
    texts: int
    median_words: float
    lengths: tuple[int, ...]
    repeated: int
    languages: tuple[tuple[str, int], ...]
    read: int
    turns: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class TableProfile:
    """A table: `rows` records, its columns in order, its groups over the proposed quasi-identifiers, and facts on texts
    where the source is of texts or conversations.
    """

    columns: tuple[ColumnProfile, ...]
    rows: int
    groups: GroupSizes
    texts: tuple[TextFacts, ...] = ()

    @property
    def smallest_group(self) -> int:
        """k over the quasi-identifiers."""
        return self.groups.smallest

    @property
    def unique_share(self) -> float:
        """Share of records alone in their group."""
        return self.groups.unique_share

    @property
    def schema(self) -> Schema:
        """The table in the engine's shared words."""
        return tuple(column.spec for column in self.columns)

    def as_json(self) -> dict[str, Any]:
        """The profile in JSON's types; `from_json` reads it back equal."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> TableProfile:
        """The profile that `as_json` wrote."""
        columns = tuple(_column(column) for column in data["columns"])
        texts = tuple(_text_facts(one) for one in data.get("texts", ()))
        return cls(columns, data["rows"], GroupSizes(**data["groups"]), texts)


def _column(data: dict[str, Any]) -> ColumnProfile:
    spread = data["spread"] | {"counts": tuple(data["spread"]["counts"]), "edges": tuple(data["spread"]["edges"])}
    changed = {
        "sdtype": Sdtype(data["sdtype"]),
        "role": ColumnRole(data["role"]),
        "spread": Spread(**spread),
        "findings": tuple(_finding(finding) for finding in data["findings"]),
        "recall": tuple(SeededRecall(**one) for one in data.get("recall", ())),
    }
    return ColumnProfile(**(data | changed))


def _text_facts(data: dict[str, Any]) -> TextFacts:
    pairs = {name: tuple((one, count) for one, count in data[name]) for name in ("languages", "turns")}
    return TextFacts(**(data | pairs | {"lengths": tuple(data["lengths"])}))


def _finding(data: dict[str, Any]) -> Finding:
    return Finding(**(data | {"found_by": tuple(data.get("found_by", ()))}))

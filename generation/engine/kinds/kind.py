"""The card of a kind of source. Standard library only: the web process reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from generation.engine.minimisation.treatments import EVERY_TREATMENT, TreatmentKind
from generation.engine.parameters import load_named
from generation.engine.schema import Schema

if TYPE_CHECKING:
    from generation.engine.synthesizers.card import SynthesizerCard

LONGEST_NAME = 12  # what a dataset's row holds
ALWAYS_OFFERED = frozenset({TreatmentKind.KEEP, TreatmentKind.DROP})

Layout = Literal["", "table", "text", "chat", "question", "task", "agent", "pair"]


@dataclass(frozen=True, slots=True)
class MadeSet:
    """What a kind of source becomes where that is no table like it: a set of questions or tasks.

    `noun` is the plural of what is made, `columns` are those of its records, `asked` how many are a good start.
    `evidence(study: SetStudy) -> Sequence[Metric]` measures them and `exports(artefact, name) -> Bundle` writes the
    files that tools read, each named "module:function". `purposes` are those it serves. `statement` is what the owner
    must have stated before it is made, "" for nothing: then the synthesizer has a parameter `may_leave`. `hidden` are
    columns for tools, which nobody at the desk can judge; `items` what a model that is tested must not have met, and
    nothing is kept apart of a set without any. `split_by(record) -> names` ("module:function") says what may be in one
    part of a split alone, `split_noun` what that is; "" where records hold one world. `confirms_rules`: rules of a
    policy count once the owner confirmed them beside their sentence; their ids go to the synthesizer as the parameter
    `confirmed`.
    """

    noun: str
    columns: Schema
    asked: int
    evidence: str
    exports: str
    tools: str
    purposes: frozenset[str]
    statement: str = ""
    hidden: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()
    split_by: str = ""
    split_noun: str = ""
    confirms_rules: bool = False


@dataclass(frozen=True, slots=True)
class SourceKind:
    """One kind of source, and everything that depends on it.

    `takes` completes the sentence "This portal takes ..."; `endings` are those of file names. `reader` and `profiler`
    name functions ("module:function") that are imported only where they run:

    - `reader(source, sink, *, progress) -> TableFacts` reads an untrusted upload strictly, in a limited process, and
      writes it to `sink` as the portal's Parquet (c0, c1, ...); TableError for what cannot be used.
    - `profiler(table, labels, *, target, person, sdtypes, overruled, progress) -> TableProfile` says what the columns
      are; `sdtypes` and `overruled` are the owner's word on columns and findings, and left out where there is none.

    - `planner(profile: TableProfile) -> Plan` proposes how to minimise it, "" as for tables.

    `needs_name`: the reader is told the file's name, as `name`. `holds_out`: a fifth is set apart as holdout, where
    something is learned from the rest. `counts_persons`: what is said of k people counts persons, so that their
    numbers are kept beside the minimised records. `makes` is what becomes of it, None for records like its own.

    A kind without a reader is known and not offered yet. `synthesizers` and `checks` name those that suit it, None
    means all; `treatments` are those that a plan may use. `layout` is how the desk shows a record, "" tells it from
    the record's values.
    """

    name: str
    title: str
    takes: str = ""
    endings: tuple[str, ...] = ()
    reader: str = ""
    profiler: str = ""
    treatments: frozenset[TreatmentKind] = EVERY_TREATMENT
    synthesizers: frozenset[str] | None = None
    checks: frozenset[str] | None = None
    layout: Layout = ""
    planner: str = ""
    needs_name: bool = False
    holds_out: bool = True
    counts_persons: bool = False
    makes: MadeSet | None = None

    @property
    def is_offered(self) -> bool:
        """Whether a source of this kind can be uploaded."""
        return bool(self.reader)

    def profile(self, *table: Any, **how: Any) -> Any:
        """What the kind's profiler says of a table; see `profiler`."""
        return load_named(self.profiler)(*table, **how)

    def plan(self, profile: Any) -> Any:
        """What the kind's own planner proposes; None where it has none."""
        return load_named(self.planner)(profile) if self.planner else None

    def suits(self, synthesizer: SynthesizerCard) -> bool:
        """Whether it can learn such a source; what writes texts only where the kind names it."""
        return not synthesizer.is_of_texts if self.synthesizers is None else synthesizer.name in self.synthesizers

    def faults(self) -> list[str]:
        """What keeps this from being a kind, as sentences."""
        wrong = {
            f"Its name must have 1 to {LONGEST_NAME} characters.": not 1 <= len(self.name) <= LONGEST_NAME,
            "It has no title.": not self.title,
            "A kind that is offered needs a profiler, and words for what it takes.": self.is_offered
            and not (self.profiler and self.takes and self.endings),
            "Columns of any kind can be kept and dropped.": not self.treatments >= ALWAYS_OFFERED,
        }
        return [sentence for sentence, is_so in wrong.items() if is_so]

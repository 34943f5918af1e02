"""What a run is asked for: checked against the minimised records before the run, sealed with it, opened by its worker.

Conditions name values, so they lie sealed with the dataset's key, bound to their run.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from generation.engine.conditions.asked import parse_asked, plain_asked
from generation.engine.conditions.predicate import AskedError
from generation.engine.evaluation.policy import default_policy
from generation.engine.rules.kinds import REDRAWN, how_kept
from generation.engine.schema import ColumnRole
from generation.engine.synthesizers.catalogue import SynthesizerCard, cards
from generation.models import Dataset, GenerationRun
from generation.permissions import require_owner
from generation.rule_sets import rules_in
from generation.tables import schema_from_json
from synthportal.errors import Conflict
from synthportal.models import Person
from synthportal.storage.vault import open_sealed, open_value, seal_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from generation.engine.conditions.asked import Asked
    from generation.engine.conditions.demands import Demands
    from generation.engine.conditions.order import Order
    from generation.engine.conditions.values import Values
    from generation.engine.schema import Schema

NAMED = "asked:"


def read_asked(dataset: Dataset, plain: object) -> Asked:
    """The plain form, read against the dataset's columns. Raises Conflict with every fault."""
    try:
        return parse_asked(plain, schema_of(dataset), target=_target(dataset))
    except AskedError as error:
        raise Conflict(*error.sentences) from error


def plan_asked(
    dataset: Dataset, plain: object, rows: int, card: SynthesizerCard, parameters: Mapping[str, object]
) -> Demands | None:
    """How many records of each kind to draw; None when nothing is asked.

    Raises Conflict with a sentence for each demand that cannot be reached, or has fewer than k real records behind it.
    """
    asked = read_asked(dataset, plain)
    if not asked:
        return None
    if card.draws_persons:
        raise Conflict(f"{card.title} draws whole persons, so single records cannot be asked for: choose another.")
    from generation.engine.conditions.demands import plan_demands

    try:
        return plan_demands(asked, _real_counts(dataset, asked), rows, smallest_group(dataset, parameters))
    except AskedError as error:
        raise Conflict(*error.sentences) from error


def remember_counts(dataset: Dataset, plain: object, *, by: Person) -> None:
    """Count the real records before the dataset's row is locked: the verb that follows finds the counts remembered."""
    require_owner(dataset, by)
    _real_counts(dataset, read_asked(dataset, plain))


def _real_counts(dataset: Dataset, asked: Asked) -> dict[int, int]:
    wanted = json.dumps([dataset.schema, plain_asked(asked, str)])
    return dict(_real_kinds(dataset.key_id, dataset.minimised_sha256, wanted))


def smallest_group(dataset: Dataset, parameters: Mapping[str, object]) -> int:
    """k: so many real records must stand behind whatever is asked for or proposed."""
    own = parameters.get("k", 0)
    return max(default_policy(dataset.purpose).minimum_cell, own if isinstance(own, int) else 0)


@lru_cache(maxsize=128)
def _real_kinds(key_id: UUID, sha256: str, asked: str) -> tuple[tuple[int, int], ...]:
    """Training records of each kind; remembered, since a form asks again and again. Only counts are kept."""
    from generation.engine.conditions.demands import real_kinds

    columns, plain = json.loads(asked)
    schema = schema_from_json(columns)
    wanted = parse_asked(plain, schema)
    return tuple(real_kinds(wanted, read_values(key_id, sha256, schema, wanted.columns)).items())


def read_values(key_id: UUID, sha256: str, schema: Schema, columns: Sequence[str]) -> Values:
    """Some columns of a sealed table."""
    from generation.engine.conditions.values import of_parquet

    with open_sealed(key_id, sha256) as source:
        return of_parquet(source, schema, columns)


def schema_of(dataset: Dataset) -> Schema:
    """The columns of the minimised table. Raises Conflict before there is one."""
    if dataset.status != Dataset.Status.MINIMISED:
        raise Conflict("Confirm the minimisation plan first: what is asked for is about the minimised records.")
    return schema_from_json(dataset.schema)


def _target(dataset: Dataset) -> str:
    return next((column["name"] for column in dataset.schema if column["role"] == ColumnRole.TARGET), "")


def seal_demands(dataset: Dataset, run_id: UUID, plain: object, demands: Demands | None) -> bytes | None:
    """What was asked and what was planned, for the run's row; None when nothing was asked."""
    if demands is None:
        return None
    kept = {"asked": plain_asked(read_asked(dataset, plain), str), "demands": demands.as_json()}
    return seal_value(dataset.key_id, json.dumps(kept).encode(), _context(run_id))


def _context(run_id: UUID) -> bytes:
    return NAMED.encode() + run_id.bytes


def _opened(run: GenerationRun) -> dict[str, Any]:
    if run.asked is None:
        return {}
    found: dict[str, Any] = json.loads(open_value(run.dataset.key_id, bytes(run.asked), _context(run.pk)))
    return found


def asked_of(run: GenerationRun) -> dict[str, Any]:
    """What was asked of a run in the plain form, with the labels of the columns; {} when nothing was."""
    from generation.engine.conditions.predicate import Lookup

    schema = schema_from_json(run.dataset.schema)
    kept = _opened(run)
    return plain_asked(parse_asked(kept["asked"], schema), Lookup(schema).word) if kept else {}


def demands_of(run: GenerationRun) -> Demands | None:
    """What was planned for a run."""
    from generation.engine.conditions.demands import demands_from_json

    kept = _opened(run)
    return demands_from_json(kept["demands"], schema_from_json(run.dataset.schema)) if kept else None


def order_of(run: GenerationRun) -> Order:
    """What the records of a run must be: its demands, and the rules that were in force when it was asked for."""
    from generation.engine.conditions.order import Order

    rules, card = rules_in(run.rules) if run.rules else (), cards().get(run.synthesizer)
    can_redraw = not (card and card.draws_persons)
    return Order(schema_from_json(run.dataset.schema), demands_of(run), rules, can_redraw)


def notes_on_order(run: GenerationRun, left_out: Iterable[str]) -> list[str]:
    """What a reader of the artefact must know about what was asked, in sentences without values."""
    order, missing = order_of(run), set(left_out)
    notes = [
        f"Rule {place} is about a column that was left out, so it was neither kept nor checked."
        for place, rule in enumerate(order.rules, start=1)
        if missing.intersection(rule.columns)
    ]
    card = cards().get(run.synthesizer)
    if card and card.draws_persons and any(how_kept(rule, order.schema) == REDRAWN for rule in order.rules):
        notes.append(f"{card.title} draws whole persons: rules that need single records drawn again were only checked.")
    if order and card and card.is_private:
        notes.append(
            "The privacy budget covers the fitted model. Counts asked for as multiples of real shares, and rules "
            "proposed from the records, were read from the records themselves: it does not cover them."
        )
    return notes

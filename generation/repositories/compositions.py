"""What a run shall be composed of: held against the minimised records before it, sealed with it, opened by workers.

Conditions name values, so they lie sealed with the dataset's key, bound to their run. The row's column, the key of its
JSON and the field of the form were named `asked` before a composition had its name; what is stored keeps that word.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from uuid import UUID

from generation.engine.composition.composition import Composition, parse_composition, plain_composition
from generation.engine.evaluation.limits.policy import default_policy
from generation.engine.predicates.predicate import StatementError
from generation.engine.rules.kinds import REDRAWN, how_kept
from generation.engine.schema import ColumnRole
from generation.engine.synthesizers.card import SynthesizerCard
from generation.engine.synthesizers.catalogue import cards
from generation.models import Dataset, GenerationRun
from generation.repositories.rules.declared import rules_in
from generation.repositories.tables import schema_from_json
from synthportal.errors import Conflict
from synthportal.storage.vault import open_sealed, open_value, seal_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from generation.engine.composition.demands import Demands
    from generation.engine.composition.recipe import Recipe
    from generation.engine.predicates.values import Values
    from generation.engine.schema import Schema

NAMED = "asked:"


def read_composition(dataset: Dataset, plain: object) -> Composition:
    """The plain form, read against the dataset's columns. Raises Conflict with every fault."""
    if not plain:
        return Composition()
    try:
        return parse_composition(plain, schema_of(dataset), target=_target(dataset))
    except StatementError as error:
        raise Conflict(*error.sentences) from error


def plan_composition(
    dataset: Dataset, composition: Composition, rows: int, card: SynthesizerCard, parameters: Mapping[str, object]
) -> Demands | None:
    """How many records of each kind to draw; None when nothing is asked. Reads the table: hold no lock meanwhile.

    Raises Conflict with a sentence for each demand that cannot be reached, or has fewer than k real records behind it.
    """
    if not composition:
        return None
    if card.draws_persons:
        raise Conflict(f"{card.title} draws whole persons, so single records cannot be asked for: choose another.")
    from generation.engine.composition.demands import plan_demands

    real = _real_kinds(dataset.key_id, dataset.minimised_sha256, schema_of(dataset), composition)
    try:
        return plan_demands(composition, real, rows, smallest_group(dataset, parameters))
    except StatementError as error:
        raise Conflict(*error.sentences) from error


def smallest_group(dataset: Dataset, parameters: Mapping[str, object]) -> int:
    """k: so many real records must stand behind whatever is asked for or proposed."""
    own = parameters.get("k", 0)
    return max(default_policy(dataset.purpose).minimum_cell, own if isinstance(own, int) else 0)


@lru_cache(maxsize=128)
def _real_kinds(key_id: UUID, sha256: str, schema: Schema, composition: Composition) -> Mapping[int, int]:
    """Training records of each kind; kept, since a form asks at every change, and a bake-off for each of its runs."""
    from generation.engine.composition.demands import real_kinds

    return MappingProxyType(real_kinds(composition, read_values(key_id, sha256, schema, composition.columns)))


def read_values(key_id: UUID, sha256: str, schema: Schema, columns: Sequence[str]) -> Values:
    """Some columns of a sealed table."""
    from generation.engine.predicates.values import of_parquet

    with open_sealed(key_id, sha256) as source:
        return of_parquet(source, schema, columns)


def schema_of(dataset: Dataset) -> Schema:
    """The columns of the minimised table. Raises Conflict before there is one."""
    if dataset.status != Dataset.Status.MINIMISED:
        raise Conflict("Confirm the minimisation plan first: what is asked for is about the minimised records.")
    return schema_from_json(dataset.schema)


def _target(dataset: Dataset) -> str:
    return next((column["name"] for column in dataset.schema if column["role"] == ColumnRole.TARGET), "")


def seal_composition(dataset: Dataset, run_id: UUID, composition: Composition, demands: Demands | None) -> bytes | None:
    """The composition and what was planned, for the run's row (its column says `asked`); None for no composition."""
    if demands is None:
        return None
    kept = {"asked": plain_composition(composition, str), "demands": demands.as_json()}
    return seal_value(dataset.key_id, json.dumps(kept).encode(), _context(run_id))


def _context(run_id: UUID) -> bytes:
    return NAMED.encode() + run_id.bytes


def _opened(run: GenerationRun) -> dict[str, Any]:
    if run.asked is None:
        return {}
    found: dict[str, Any] = json.loads(open_value(run.dataset.key_id, bytes(run.asked), _context(run.pk)))
    return found


def composition_of(run: GenerationRun) -> dict[str, Any]:
    """The composition of a run in the plain form, with the labels of the columns; {} when nothing was."""
    from generation.engine.predicates.predicate import Lookup

    schema = schema_from_json(run.plan.schema)
    kept = _opened(run)
    return plain_composition(parse_composition(kept["asked"], schema), Lookup(schema).word) if kept else {}


def demands_of(run: GenerationRun) -> Demands | None:
    """What was planned for a run."""
    from generation.engine.composition.demands import demands_from_json

    kept = _opened(run)
    return demands_from_json(kept["demands"], schema_from_json(run.plan.schema)) if kept else None


def recipe_of(run: GenerationRun) -> Recipe:
    """What the records of a run must be: its demands, and the rules that were in force when it was asked for."""
    from generation.engine.composition.recipe import Recipe

    rules, card = rules_in(run.rules) if run.rules else (), cards().get(run.synthesizer)
    can_redraw = not (card and card.draws_persons)
    return Recipe(schema_from_json(run.plan.schema), demands_of(run), rules, can_redraw)


def notes_on_recipe(run: GenerationRun, left_out: Iterable[str]) -> list[str]:
    """What a reader of the artefact must know about what was asked, in sentences without values."""
    recipe, missing = recipe_of(run), set(left_out)
    notes = [
        f"Rule {place} is about a column that was left out, so it was neither kept nor checked."
        for place, rule in enumerate(recipe.rules, start=1)
        if missing.intersection(rule.columns)
    ]
    card = cards().get(run.synthesizer)
    if card and card.draws_persons and any(how_kept(rule, recipe.schema) == REDRAWN for rule in recipe.rules):
        notes.append(f"{card.title} draws whole persons: rules that need single records drawn again were only checked.")
    if recipe and card and card.is_private:
        notes.append(
            "The privacy budget covers the fitted model. Counts asked for as multiples of real shares, and rules "
            "proposed from the records, were read from the records themselves: it does not cover them."
        )
    return notes

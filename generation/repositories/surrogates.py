"""What is made record by record, not sampled: names, addresses and phones, and numbers within their bins."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from generation.engine.minimisation.treatments import SurrogateStyle
from generation.engine.tables.spellings.spelling import Spelling
from generation.models import GenerationRun
from generation.repositories.tables import read_sealed

if TYPE_CHECKING:
    import pandas as pd


def with_surrogates(shards: Iterator[pd.DataFrame], run: GenerationRun, first: int = 0) -> Iterator[pd.DataFrame]:
    """The shards, with every surrogate column filled from the run's seed, and numbers drawn within bins where the plan
    says so; codes keep the numbers they have.

    `first` is the place of the first record in the artefact.
    """
    from generation.engine.minimisation.bins import within_bins
    from generation.engine.minimisation.surrogates import invented

    forms, drawn = _forms(run), _drawn(run)
    keys = _keys(run, forms)
    for shard in shards:
        for name, spelling in drawn.items():
            shard[name] = within_bins(shard[name], spelling, _seed(run, name, first))
        for name, (style, form) in forms.items():
            shard[name] = invented(form, style, keys[name], range(first, first + len(shard)))
        first += len(shard)
        yield shard


def _keys(run: GenerationRun, forms: dict[str, tuple[SurrogateStyle, str]]) -> dict[str, bytes]:
    """A key for each column: first name, surname and address of a record are one person's, second ones another's."""
    from generation.engine.minimisation.surrogates import OF_PERSONS

    seen, domains = Counter[SurrogateStyle](), {}
    for name, (style, _) in forms.items():
        domains[name] = f"person {seen[style]}" if style in OF_PERSONS else name
        seen[style] += 1
    return {name: hashlib.sha256(f"surrogates:{run.seed}:{of}".encode()).digest() for name, of in domains.items()}


def _drawn(run: GenerationRun) -> dict[str, Spelling]:
    """The columns whose values are drawn within their bins."""
    found = {each["name"]: Spelling.from_json(each["spelling"]) for each in run.plan.schema if "spelling" in each}
    return {name: spelling for name, spelling in found.items() if spelling.is_drawn}


def _seed(run: GenerationRun, name: str, first: int) -> int:
    return int.from_bytes(hashlib.sha256(f"bins:{run.seed}:{name}:{first}".encode()).digest()[:8], "big")


def _forms(run: GenerationRun) -> dict[str, tuple[SurrogateStyle, str]]:
    """Style and commonest form of each surrogate column that is more than a code."""
    from generation.engine.minimisation.surrogates import common_form

    styles = {column["name"]: column.get("surrogate", "code") for column in run.plan.schema}
    wanted = {name: SurrogateStyle(style) for name, style in styles.items() if style != SurrogateStyle.CODE}
    if not wanted:
        return {}
    minimised = read_sealed(run.dataset.key_id, run.plan.minimised_sha256)
    return {name: (style, common_form(minimised[name].dropna().astype(str))) for name, style in wanted.items()}

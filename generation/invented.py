"""Names, addresses and phones in an artefact: invented record by record in the form of the surrogates."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from generation.engine.minimisation.treatments import SurrogateStyle
from generation.models import GenerationRun
from generation.tables import read_sealed

if TYPE_CHECKING:
    import pandas as pd


def with_surrogates(shards: Iterator[pd.DataFrame], run: GenerationRun, first: int = 0) -> Iterator[pd.DataFrame]:
    """The shards, with every surrogate column filled from the run's seed; codes keep the numbers they have.

    `first` is the place of the first record in the artefact.
    """
    from generation.engine.minimisation.surrogates import invented

    forms = _forms(run)
    for shard in shards:
        for name, (style, form) in forms.items():
            key = hashlib.sha256(f"surrogates:{run.seed}:{name}".encode()).digest()
            shard[name] = invented(form, style, key, range(first, first + len(shard)))
        first += len(shard)
        yield shard


def _forms(run: GenerationRun) -> dict[str, tuple[SurrogateStyle, str]]:
    """Style and commonest form of each surrogate column that is more than a code."""
    from generation.engine.minimisation.surrogates import common_form

    styles = {column["name"]: column.get("surrogate", "code") for column in run.dataset.schema}
    wanted = {name: SurrogateStyle(style) for name, style in styles.items() if style != SurrogateStyle.CODE}
    if not wanted:
        return {}
    minimised = read_sealed(run.dataset.key_id, run.dataset.minimised_sha256)
    return {name: (style, common_form(minimised[name].dropna().astype(str))) for name, style in wanted.items()}

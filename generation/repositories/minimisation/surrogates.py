"""What is made record by record, not sampled: names, addresses and phones, and numbers within their bins."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from generation.engine.minimisation.treatments import SurrogateStyle
from generation.engine.tables.spellings.spelling import Spelling
from generation.models import GenerationRun
from generation.repositories.tables import read_sealed

if TYPE_CHECKING:
    import pandas as pd

    from generation.engine.minimisation.invented.surrogates import Look

_CODE = SurrogateStyle.CODE.value
Forms = dict[str, tuple["Look", str]]


def with_surrogates(shards: Iterator[pd.DataFrame], run: GenerationRun, first: int = 0) -> Iterator[pd.DataFrame]:
    """The shards, with every surrogate column filled from the run's seed, and numbers drawn within bins where the plan
    says so; codes keep the numbers they have, and numbers are missing where a word stands in their cell.

    `first` is the place of the first record in the artefact.
    """
    from generation.engine.minimisation.bins import within_bins
    from generation.engine.minimisation.invented.surrogates import invented

    forms, drawn = _forms(run), _drawn(run)
    keys, real, apart = _keys(run, forms), _real_numbers(run, forms), _apart(run)
    for shard in shards:
        for name, spelling in drawn.items():
            shard[name] = within_bins(shard[name], spelling, _seed(run, name, first))
        for name, (look, form) in forms.items():
            records = range(first, first + len(shard))
            shard[name] = invented(form, look, keys[name], records, real.get(name, frozenset()))
        for name, (home, words) in apart.items():
            if {name, home} <= set(shard.columns):
                shard[name], shard[home] = _one_cell(shard[name], shard[home], words, _seed(run, name, first))
        first += len(shard)
        yield shard


def _keys(run: GenerationRun, forms: Forms) -> dict[str, bytes]:
    """A key for each column: first name, surname and address of a record are one person's, second ones another's."""
    from generation.engine.minimisation.invented.surrogates import OF_PERSONS

    seen, domains = Counter[SurrogateStyle](), {}
    for name, (look, _) in forms.items():
        domains[name] = f"person {seen[look.style]}" if look.style in OF_PERSONS else name
        seen[look.style] += 1
    return {name: hashlib.sha256(f"surrogates:{run.seed}:{of}".encode()).digest() for name, of in domains.items()}


def _apart(run: GenerationRun) -> dict[str, tuple[str, list[str]]]:
    """Columns of words that stand in another one's cells: that one, where the plan left both, and the words of the
    minimised records, none where some of their cells hold neither.
    """
    left = {each["name"] for each in run.plan.schema}
    homes = {each["name"]: Spelling.from_json(each.get("spelling", {})).stands_in for each in run.plan.schema}
    homes = {name: home for name, home in homes.items() if home in left}
    if not homes:
        return {}
    minimised = read_sealed(run.dataset.key_id, run.plan.minimised_sha256)
    has_empty = {name: bool((minimised[name].isna() & minimised[home].isna()).any()) for name, home in homes.items()}
    return {
        name: (home, [] if has_empty[name] else [str(word) for word in minimised[name].dropna()])
        for name, home in homes.items()
    }


def _one_cell(
    words: pd.Series[Any], values: pd.Series[Any], known: list[str], seed: int
) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """A cell is a word or a value and never both; nor neither, where the source has none such: then a word is drawn."""
    import numpy as np

    is_empty = (words.isna() & values.isna()).to_numpy()
    if known and is_empty.any():
        words = words.astype(object)
        words[is_empty] = np.random.default_rng(seed).choice(np.array(known, dtype=object), int(is_empty.sum()))
    return words, values.mask(words.notna())


def _drawn(run: GenerationRun) -> dict[str, Spelling]:
    """The columns whose values are drawn within their bins."""
    found = {each["name"]: Spelling.from_json(each["spelling"]) for each in run.plan.schema if "spelling" in each}
    return {name: spelling for name, spelling in found.items() if spelling.is_drawn}


def _seed(run: GenerationRun, name: str, first: int) -> int:
    return int.from_bytes(hashlib.sha256(f"bins:{run.seed}:{name}:{first}".encode()).digest()[:8], "big")


def _forms(run: GenerationRun) -> Forms:
    """Look and commonest form of each surrogate column that is more than a code."""
    from generation.engine.minimisation.invented.surrogates import Look, common_form

    wanted = {column["name"]: column for column in run.plan.schema if column.get("surrogate", _CODE) != _CODE}
    if not wanted:
        return {}
    minimised, found = read_sealed(run.dataset.key_id, run.plan.minimised_sha256), {}
    for name, said in wanted.items():
        look = Look(SurrogateStyle(said["surrogate"]), locale=said.get("locale", ""), entity=said.get("entity", ""))
        found[name] = (look, common_form(minimised[name].dropna().astype(str), look))
    return found


def _real_numbers(run: GenerationRun, forms: Forms) -> dict[str, frozenset[str]]:
    """The source's own numbers where a check tells real ones: an invented one is none of them."""
    checked = [name for name, (look, _) in forms.items() if look.entity]
    if not checked:
        return {}
    parts = [read_sealed(run.dataset.key_id, sha) for sha in (run.dataset.training_sha256, run.dataset.holdout_sha256)]
    return {name: frozenset(str(one) for part in parts for one in part[name].dropna()) for name in checked}

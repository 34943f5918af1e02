"""YAML in and out: every scalar is a text, so "no" stays "no"; no tags, no aliases, bounded in size and depth."""

from __future__ import annotations

from typing import Any

import yaml

from generation.engine.predicates.predicate import StatementError

MOST_CHARACTERS = 200_000
DEEPEST = 12
_NOT_YAML = "This is not YAML that can be read here: plain lists and mappings, without tags, anchors and aliases."


def read_yaml(text: str) -> Any:
    """Lists, mappings and texts. Raises StatementError for anything else, with the line where reading stopped."""
    if len(text) > MOST_CHARACTERS:
        raise StatementError(f"The YAML is too long: at most {MOST_CHARACTERS:,} characters.")
    try:
        _refuse_tricks(text)
        loader = yaml.BaseLoader(text)
        try:
            return loader.get_single_data()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise StatementError(f"{_NOT_YAML}{f' Look at line {mark.line + 1}.' if mark else ''}") from None
    except yaml.YAMLError:
        raise StatementError(_NOT_YAML) from None


def _refuse_tricks(text: str) -> None:
    """An alias can stand for a billion values, and deep nesting for a crash."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.BaseLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "tag", None) or depth > DEEPEST:
            raise StatementError(_NOT_YAML)


def write_yaml(plain: Any) -> str:
    """The text that `read_yaml` reads again; "" for nothing."""
    return yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=110) if plain else ""

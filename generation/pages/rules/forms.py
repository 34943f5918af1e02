"""What a person types about rules, turned into the plain form: a small form for each kind, and YAML for all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from generation.engine.predicates.predicate import StatementError
from generation.engine.rules.yaml_text import MOST_CHARACTERS, read_yaml
from generation.engine.schema import Schema, Sdtype
from generation.models import Dataset
from generation.pages.values import Choices, typed_where
from generation.repositories.tables import schema_from_json
from synthportal.errors import Conflict
from synthportal.storage.uploads import Most
from synthportal.storage.vault import open_sealed

MOST_BYTES = 4 * MOST_CHARACTERS
MOST = Most(MOST_BYTES, f"A file of rules has at most {MOST_BYTES // 1024} KiB. Split it.")
NUMBERS, DATES = (Sdtype.NUMERICAL,), (Sdtype.NUMERICAL, Sdtype.DATETIME)
TEXTS = (Sdtype.CATEGORICAL, Sdtype.ID)
FEW = (Sdtype.CATEGORICAL, Sdtype.BOOLEAN, Sdtype.NUMERICAL)

# name, label, how it is typed, columns of which kinds
Field = tuple[str, str, str, tuple[Sdtype, ...]]
# kind, title, help, fields
FORMS: tuple[tuple[str, str, str, tuple[Field, ...]], ...] = (
    ("order", "Order", "One number or date is at most another.",
     (("first", "First", "column", DATES), ("then", "At most", "column", DATES),
      ("strictly", "never equal", "check", ()))),
    ("range", "Range", "A number or date stays within bounds.",
     (("column", "Column", "column", DATES), ("from", "From", "text", ()), ("to", "To", "text", ()))),
    ("format", "Form", "Each value is matched from end to end by a regular expression, such as [A-Z]{2}[0-9]{4}.",
     (("column", "Column", "column", TEXTS), ("pattern", "Pattern", "text", ()))),
    ("sum", "Sum", "Some columns add up to another. The total is added up anew in each record.",
     (("parts", "Parts", "columns", NUMBERS), ("total", "Total", "column", NUMBERS),
      ("tolerance", "Within", "text", ()))),
    ("implication", "If, then", "Where one thing holds, another does too.",
     (("if", "If", "where", ()), ("then", "Then", "where", ()))),
    ("fixed", "Fixed combination", "Each value of one column goes with one of another, as in the training records.",
     (("column", "Column", "column", FEW), ("fixes", "Fixes", "column", FEW))),
    ("unique", "Key", "No two records have the same values in these columns.",
     (("columns", "Columns", "columns", tuple(Sdtype)),)),
)  # fmt: skip


def rule_forms(dataset: Dataset, posted: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """The forms with their controls, as they were posted; the one that was posted is open."""
    schema, data, choices = schema_from_json(dataset.schema), posted or {}, Choices(dataset)
    return [
        {"kind": kind, "title": title, "help": text, "open": data.get("kind") == kind,
         "fields": [_control(kind, field, schema, choices, data) for field in fields]}
        for kind, title, text, fields in FORMS
    ]  # fmt: skip


def _control(
    kind: str,
    field: Field,
    schema: Schema,
    choices: Choices,
    data: Mapping[str, Any],
) -> dict[str, Any]:
    name, label, how, sdtypes = field
    control: dict[str, Any] = {"name": name, "id": f"{kind}-{name}", "label": label, "how": how}
    mine = data if data.get("kind") == kind else {}
    if how == "where":
        return control | {"term": choices.term(name, 0, mine)}
    chosen = mine.getlist(name) if isinstance(mine, QueryDict) else []
    options = [(spec.name, choices.call(spec.name), spec.name in chosen) for spec in schema if spec.sdtype in sdtypes]
    return control | {"options": options, "value": mine.get(name, "")}


def posted_rule(data: QueryDict) -> dict[str, Any]:
    """The plain form of the rule that was typed. Raises Conflict for a kind that no form has."""
    fields = next((fields for kind, _, _, fields in FORMS if kind == data.get("kind")), None)
    if fields is None:
        raise Conflict("Choose the kind of rule on the page.")
    rule: dict[str, Any] = {"kind": data["kind"]}
    for name, _, how, _ in fields:
        if how == "where":
            rule[name] = typed_where(name, 1, data)
        elif how == "columns":
            rule[name] = data.getlist(name)
        elif text := str(data.get(name, "")).strip():
            rule[name] = text
    return rule


def posted_yaml(data: QueryDict, files: Mapping[str, Any]) -> Any:
    """The rules of the YAML field or of the file beside it. Raises Conflict when it cannot be read."""
    try:
        return read_yaml(_text_of(files["file"]) if files.get("file") else data.get("yaml", ""))
    except StatementError as error:
        raise Conflict(*error.sentences) from error


def _text_of(file: Any) -> str:
    with open_sealed(file.key_id, file.sha256) as source:  # every upload is sealed as it arrives
        raw: bytes = source.read(MOST_BYTES)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise StatementError("The file is no text in UTF-8.") from None

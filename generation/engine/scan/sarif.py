"""A report as SARIF 2.1.0 (OASIS), which code hosts show beside the lines."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

from generation.engine.scan.repeats import KINDS
from generation.engine.scan.report import Finding, Report

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LINED = (".csv", ".tsv", ".psv", ".tab")


def as_sarif(report: Report) -> dict[str, Any]:
    """One run with a result for each place of what counts. Paths are relative to where the command runs."""
    counted = report.counted
    rules = sorted({finding.entity for finding in counted})
    driver = {"name": "synthportal scan", "rules": [_rule(entity) for entity in rules]}
    results = [_result(finding, row, rules) for finding in counted for row in finding.rows]
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report)],
        "results": results,
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(entity: str) -> dict[str, Any]:
    words = KINDS.get(entity, entity.replace("_", " ").lower())
    return {
        "id": entity,
        "shortDescription": {"text": f"Sensitive: {words}"},
        "defaultConfiguration": {"level": "error"},
    }


def _result(finding: Finding, row: int, rules: list[str]) -> dict[str, Any]:
    column = f", column {finding.column}" if finding.column else ""
    logical = [{"fullyQualifiedName": finding.column, "kind": "member"}] if finding.column else []
    # A place in a workbook or a PDF is no line, but a code host asks for one.
    is_line = finding.unit == "line" or (finding.unit == "row" and finding.file.endswith(_LINED))
    location = {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(finding.file)},
            "region": {"startLine": row if is_line else 1},
        },
        **({"logicalLocations": logical} if logical else {}),
    }
    return {
        "ruleId": finding.entity,
        "ruleIndex": rules.index(finding.entity),
        "level": "error",
        "message": {"text": f"{finding.entity} in {finding.unit} {row:,}{column}."},
        "locations": [location],
        "partialFingerprints": {"synthportalPlace/v1": _fingerprint(finding, row)},
    }


def _fingerprint(finding: Finding, row: int) -> str:
    """Of the place and never of the value, which could be guessed from it."""
    told = "\0".join((finding.file, finding.entity, finding.column, finding.unit, str(row)))
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _invocation(report: Report) -> dict[str, Any]:
    notes = [
        {
            "level": "error",
            "message": {"text": one.why},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(one.file)}}}],
        }
        for one in report.unreadable
    ]
    return {"executionSuccessful": not notes, "exitCode": report.status, "toolExecutionNotifications": notes}


def _uri(file: str) -> str:
    path = Path(file)
    if path.is_absolute():
        inside = os.path.relpath(path)
        return path.as_uri() if inside.startswith("..") else quote(Path(inside).as_posix())
    return quote(file)

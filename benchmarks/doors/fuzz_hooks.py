"""What schemathesis calls of us (SCHEMATHESIS_HOOKS): who asks, about what, and what was answered. Used by fuzz.py."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path
from typing import Any

import schemathesis

FOLDER = Path(os.environ["FUZZ_FOLDER"])
PLAN = json.loads((FOLDER / "plan.json").read_text())
TOLD = (FOLDER / "told.jsonl").open("a")  # for as long as the process lives
SHARE_KNOWN = 0.85
LONGEST = 400
# Of what is taken away for good, one is left to be taken: all others stay for whom they are asked for.
ENDED = {("DELETE", "/api/v1/datasets/{id}/"), ("POST", "/api/v1/releases/{id}/withdraw/")}
CHOICES = {"name": ["c0", "c3", "age"], "entity": ["PERSON", "EMAIL_ADDRESS"], "path": ["attestation.dsse.json", "x"]}
chance = random.Random(PLAN["seed"])


@schemathesis.hook
def before_call(ctx: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """A person's session or token, and mostly ids of what there is."""
    case.headers = {**(case.headers or {}), **chance.choice(PLAN["headers"])}
    ids = PLAN["ids"].get(case.operation.path.split("/")[3], [])
    given = dict(case.path_parameters or {})
    for name in given:
        known = CHOICES.get(name, ids)
        if known and chance.random() < SHARE_KNOWN:
            is_end = (case.method, case.operation.path) in ENDED
            given[name] = known[-1] if is_end else chance.choice(known)
    if given:
        case.path_parameters = given


@schemathesis.hook
def after_call(ctx: Any, case: Any, response: Any) -> None:
    """One line for each answer."""
    _tell(case, response)


@schemathesis.hook
def filter_failure(ctx: Any, failure: Any, case: Any, response: Any) -> bool:
    """One line for each check that an answer failed."""
    _tell(case, response, f"{failure.title}: {' '.join(failure.message.split())[:LONGEST]}")
    return True


def _tell(case: Any, response: Any, failed: str = "") -> None:
    said = {"id": case.id, "method": case.method, "path": case.operation.path, "status": response.status_code}
    print(json.dumps(said | {"failed": failed}), file=TOLD, flush=True)

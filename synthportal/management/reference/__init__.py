"""Pages of docs/reference printed from the ground floor. An app that prints some has a `management/reference` too."""

from __future__ import annotations

from synthportal import transitions
from synthportal.management.reference import api, commands, glossary
from synthportal.management.reference.page import Lines

PRINTED: dict[str, Lines] = {
    "commands.md": commands.lines,
    "api.md": api.lines,
    "glossary.md": glossary.lines,
    "states.md": transitions.diagram,
}

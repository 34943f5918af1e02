"""What the database itself refuses about versions: they are added, never changed."""

from __future__ import annotations

from synthportal.triggers import Guard

VERSION_GUARDS = [
    Guard("limits_no_update", "generation_limits", "UPDATE", "a version of the limits never changes"),
    Guard("limits_no_delete", "generation_limits", "DELETE", "a version of the limits is never deleted"),
    Guard("rules_no_update", "generation_ruleset", "UPDATE", "a version of the rules never changes"),
]

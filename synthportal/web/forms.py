"""What forms share: how long a reason may be, and their faults in words."""

from __future__ import annotations

from django.forms import Form

REASON_LENGTH = 2_000  # characters of why a policy, a tier or limits were changed


def wrong_fields(form: Form) -> list[str]:
    """The fields of the policy itself that cannot be as typed; a reason may still be missing."""
    return [name for name in form.errors if name in form.fields and name != "reason"]


def errors_in_words(form: Form) -> str:
    """What is wrong, each with its field: the preview alone has no fields to stand beside."""
    return " ".join(f"{form[name].label}: {' '.join(map(str, form.errors[name]))}" for name in wrong_fields(form))

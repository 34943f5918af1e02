"""What a portal refuses, and in which words."""

from __future__ import annotations

import httpx


class PortalError(Exception):
    """The portal refused, or its bytes are not those that were signed. The message says why; `status` is that of the
    portal's answer, 0 where it did not refuse.
    """

    status = 0


class Withdrawn(PortalError):
    """The release was withdrawn or has expired: do not use it any more, and delete what you downloaded."""


def raise_for(answer: httpx.Response) -> None:
    """Raise what the portal's answer says, if it is a refusal."""
    if answer.is_error:
        try:
            why = str(answer.json()["detail"])
        except (ValueError, KeyError, TypeError):
            why = f"The portal answered {answer.status_code}."
        error = (Withdrawn if answer.status_code == 410 else PortalError)(why)
        error.status = answer.status_code
        raise error

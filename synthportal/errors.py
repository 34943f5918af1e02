"""The two domain errors, and the one place where they become pages."""

from __future__ import annotations

import errno
from collections.abc import Sequence


class DomainError(Exception):
    """Something a person asked for and cannot have now; `reasons` are sentences to show as they are."""

    status = 400

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self.reasons: Sequence[str] = reasons


class NotPermitted(DomainError):
    """This person may not do this: 403."""

    status = 403


class Conflict(DomainError):
    """Nobody may do this as things stand: 409."""

    status = 409


DISK_FULL = "The portal's disk is full. Nothing was lost: free some space and try again."


def is_full_disk(error: BaseException) -> bool:
    """Whether a disk, or what somebody may take of it, is used up: a matter of the portal, not of what was asked."""
    return isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}

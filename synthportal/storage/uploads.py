"""Uploads go straight into the vault: encrypted on the way, never a plain temporary file, never in memory whole."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.db.models import ProtectedError
from django.urls import ResolverMatch

from synthportal.errors import Conflict
from synthportal.models import DataKey, Person
from synthportal.roles import Role, has_role
from synthportal.storage.keys import create_key
from synthportal.storage.vault import Blob, Draft, erase, write_sealed

View = TypeVar("View", bound=Callable[..., Any])


class Most(NamedTuple):
    """The most bytes that a file may have, and the sentence for one that is larger."""

    size: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Door:
    """Where a file may come in: for holders of one of the roles (of any, where none is named), up to a limit.

    `most` holds for everybody, and the proxy knows it too (management/reference/doors.py); `room` for one person.
    """

    roles: tuple[Role, ...] = ()
    most: Most | None = None
    room: Callable[[Person], tuple[int, str]] | None = None

    def is_open_to(self, person: Person) -> bool:
        return not self.roles or has_role(person, *self.roles)

    def limit_for(self, person: Person) -> Most:
        limits = [Most(settings.UPLOAD_LIMIT_BYTES, too_large())]
        limits += [self.most] if self.most else []
        limits += [Most(*self.room(person))] if self.room else []
        return min(limits, key=lambda limit: limit.size)


def takes_file(
    *roles: Role, most: Most | None = None, room: Callable[[Person], tuple[int, str]] | None = None
) -> Callable[[View], View]:
    """Marks a view, or a class of views, as one that takes a file. Anywhere else a file is refused unread.

    The proxy has a door for each of them (`manage.py deployment_files`).
    """

    def mark(view: View) -> View:
        view.door = Door(roles, most, room)  # type: ignore[attr-defined]
        return view

    return mark


def door_at(match: ResolverMatch | None) -> Door | None:
    """The door of the view that an address leads to."""
    return door_of(getattr(match, "func", None))


def door_of(view: object) -> Door | None:
    """The door of a view, or of the class that it was made of."""
    return getattr(view, "door", None) or getattr(getattr(view, "cls", None), "door", None)


class SealedUpload(UploadedFile):  # type: ignore[type-arg]  # a generic for the type checker alone
    """An upload that already lies in the vault, under a key of its own that the new dataset takes over."""

    def __init__(self, key_id: UUID, blob: Blob, name: str) -> None:
        super().__init__(file=None, name=name, size=blob.size)
        self.key_id, self.sha256 = key_id, blob.sha256

    def close(self) -> None:
        """The request is over: an upload that no dataset has taken over goes, and its key with it."""
        try:
            DataKey.objects.filter(pk=self.key_id).delete()
        except ProtectedError:
            return  # its dataset holds the key
        erase(self.key_id)


class SealingUploadHandler(FileUploadHandler):
    """Seals each chunk as it arrives, of one file a request, where a file is asked for and from whom it is taken.

    Size is counted, not believed.
    """

    chunk_size = 256 * 1024
    file: Any  # Django closes it when parsing breaks off: the upload, or this handler while there is none

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        door = door_at(self.request.resolver_match if self.request else None)
        person: Any = self.request.user if self.request else None
        if door is None or not person.is_authenticated or not door.is_open_to(person):
            raise StopUpload(connection_reset=True)
        self._is_another = hasattr(self, "_received")
        if self._is_another:
            return
        self._received = 0
        self._limit, self._over = door.limit_for(person)
        self._key: DataKey = create_key()
        self._writing: AbstractContextManager[Draft] = write_sealed(self._key.pk)
        self._draft = self._writing.__enter__()
        self.file = self

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self._is_another:
            return
        self._received += len(raw_data)
        if self._received > self._limit:
            self._refuse(Conflict(self._over))
        try:
            self._draft.file.write(raw_data)
        except OSError as error:
            self._refuse(error)

    def file_complete(self, file_size: int) -> SealedUpload | None:
        if self._is_another:
            return None
        self._writing.__exit__(None, None, None)
        upload = SealedUpload(self._key.pk, self._draft.written, self.file_name or "upload")
        self.file = upload
        return upload

    def upload_interrupted(self) -> None:
        """The browser went away in the middle: nothing of it is kept."""
        if getattr(self, "file", None) is self:
            self._abandon(ConnectionError("upload interrupted"))

    close = upload_interrupted

    def _refuse(self, error: Exception) -> None:
        """Read the rest without keeping it, and leave the reason for the view: the form's other fields survive."""
        self.request.upload_refused = self._abandon(error)  # type: ignore[union-attr]
        raise StopUpload(connection_reset=False)

    def _abandon(self, error: Exception) -> str:
        """Drop what was sealed so far; the reason in words."""
        reason = str(error)
        del self.file
        try:
            self._writing.__exit__(type(error), error, error.__traceback__)
        except Conflict as conflict:
            reason = " ".join(conflict.reasons)
        except type(error):
            pass
        DataKey.objects.filter(pk=self._key.pk).delete()
        erase(self._key.pk)
        return reason


def too_large() -> str:
    """The sentence for a file over the limit."""
    limit = settings.UPLOAD_LIMIT_BYTES / 1024**3
    return f"This file is larger than {limit:.1f} GiB, the most this portal accepts. Split it, or drop columns first."

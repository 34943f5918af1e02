"""Uploads go straight into the vault: encrypted on the way, never a plain temporary file, never in memory whole."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.db.models import ProtectedError

from synthportal.errors import Conflict
from synthportal.models import DataKey
from synthportal.storage.keys import create_key
from synthportal.storage.vault import Blob, Draft, erase, write_sealed


class SealedUpload(UploadedFile[bytes]):
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
    """Seals each chunk as it arrives. Only a person who is signed in gets this far; size is counted, not believed."""

    chunk_size = 256 * 1024
    file: Any  # Django closes it when parsing breaks off: the upload, or this handler while there is none

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.request is None or not is_signed_in(self.request):
            raise StopUpload(connection_reset=True)
        self._received = 0
        self._key: DataKey = create_key()
        self._writing: AbstractContextManager[Draft] = write_sealed(self._key.pk)
        self._draft = self._writing.__enter__()
        self.file = self

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._received += len(raw_data)
        if self._received > settings.UPLOAD_LIMIT_BYTES:
            self._refuse(Conflict(too_large()))
        try:
            self._draft.file.write(raw_data)
        except OSError as error:
            self._refuse(error)

    def file_complete(self, file_size: int) -> SealedUpload | None:
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
        erase(self._key.pk)
        return reason


def is_signed_in(request: Any) -> bool:
    """Whether the request has a person; the API authenticates before it reads the body."""
    return bool(request.user.is_authenticated)


def too_large() -> str:
    """The sentence for a file over the limit."""
    limit = settings.UPLOAD_LIMIT_BYTES / 1024**3
    return f"This file is larger than {limit:.1f} GiB, the most this portal accepts. Split it, or drop columns first."

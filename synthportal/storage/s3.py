"""Blobs in an S3-compatible bucket, through Arrow's client. An object appears whole or not at all."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO

from pyarrow import fs

from synthportal.storage.local import STAGING, STAGING_HOURS


class S3Store:
    """The same interface as LocalStore. Credentials and region come from the usual AWS_* variables.

    `bucket_and_prefix` is "bucket" or "bucket/folder"; `endpoint` is the address of a server other than Amazon's.
    """

    def __init__(self, bucket_and_prefix: str, endpoint: str = "") -> None:
        scheme, _, host = endpoint.partition("://")
        server: dict[str, Any] = {"endpoint_override": host, "scheme": scheme} if endpoint else {}
        self._files = fs.S3FileSystem(request_timeout=60, connect_timeout=10, **server)
        self._root = bucket_and_prefix.strip("/")
        self._staged: dict[int, str] = {}

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    def stage(self) -> BinaryIO:
        path = self._path(f"{STAGING}/{uuid.uuid4().hex}")
        file: BinaryIO = self._files.open_output_stream(path)
        self._staged[id(file)] = path
        return file

    def publish(self, staged: BinaryIO, name: str) -> None:
        staged.close()
        path = self._staged[id(staged)]
        self._files.copy_file(path, self._path(name))
        self._files.delete_file(path)
        del self._staged[id(staged)]

    def discard(self, staged: BinaryIO) -> None:
        staged.close()
        path = self._staged.pop(id(staged), None)
        if path and self.exists(path.removeprefix(f"{self._root}/")):
            self._files.delete_file(path)

    def open(self, name: str) -> BinaryIO:
        file: BinaryIO = self._files.open_input_file(self._path(name))
        return file

    def exists(self, name: str) -> bool:
        return bool(self._files.get_file_info(self._path(name)).type == fs.FileType.File)

    def remove(self, name: str) -> None:
        kind = self._files.get_file_info(self._path(name)).type
        if kind == fs.FileType.Directory:
            self._files.delete_dir(self._path(name))
        elif kind == fs.FileType.File:
            self._files.delete_file(self._path(name))

    def sweep(self) -> int:
        old = datetime.now(UTC) - timedelta(hours=STAGING_HOURS)
        folder = fs.FileSelector(self._path(STAGING), allow_not_found=True)
        left = [info for info in self._files.get_file_info(folder) if info.mtime and info.mtime < old]
        for info in left:
            self._files.delete_file(info.path)
        return len(left)

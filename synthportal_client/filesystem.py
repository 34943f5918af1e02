"""`synthportal://release-3` for all that reads by fsspec. A file is checked whole before its first byte is given."""

from __future__ import annotations

from typing import Any, BinaryIO

from fsspec import AbstractFileSystem

from synthportal_client import ENDINGS, Portal


class ReleaseFileSystem(AbstractFileSystem):  # type: ignore[misc]
    """Releases by name: "release-3" and "release-3.parquet" are the Parquet file, "release-3.csv", "release-3.jsonl"
    and so on (`ENDINGS`) its other forms.
    """

    protocol = "synthportal"
    cachable = False  # each use asks the portal again whether the release stands

    def __init__(self, url: str = "", token: str = "", **more: Any) -> None:
        super().__init__(**more)
        self._portal = Portal(url, token)

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        """Name, size and kind of a file."""
        return {"name": path, "size": self._file(path).stat().st_size, "type": "file"}

    def ls(self, path: str, detail: bool = True, **_: Any) -> list[Any]:
        """A release is one file."""
        return [self.info(path) if detail else path]

    def _open(self, path: str, mode: str = "rb", **_: Any) -> BinaryIO:
        if mode != "rb":
            raise NotImplementedError("What was released is only read.")
        return self._file(path).open("rb")

    def _file(self, path: str) -> Any:
        name, _, ending = self._strip_protocol(path).strip("/").partition(".")
        formats = {"": "parquet"} | {kept: form for form, kept in ENDINGS.items()}
        if ending not in formats:
            raise FileNotFoundError(path)
        return self._portal.download(name, formats[ending])

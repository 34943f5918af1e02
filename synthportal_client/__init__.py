"""Read what a Synthportal has released, in one line:

    from synthportal_client import load

    table = load("release-3")                              # a pandas DataFrame
    pd.read_parquet("synthportal://release-3")             # the same, wherever fsspec is understood

The portal's address and a token come from SYNTHPORTAL_URL and SYNTHPORTAL_TOKEN, or are given to `Portal`. Bytes are
kept under ~/.cache/synthportal by their SHA-256, checked each time; a download that broke off goes on where it stopped.
Each call asks the portal first whether the release still stands: a withdrawn one raises `Withdrawn`.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from synthportal_client.alone import alone_at
from synthportal_client.refusals import PortalError, Withdrawn, raise_for

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Portal", "PortalError", "Withdrawn", "download", "load"]
PIECE = 1 << 20
TRIES = 5
# Every form of a release, and how the name of its file ends.
ENDINGS = {
    "parquet": "parquet", "csv": "csv", "jsonl": "jsonl", "xlsx": "xlsx", "plain_csv": "plain.csv",
    "spreadsheet_csv": "spreadsheet.csv", "messages": "messages.jsonl", "sharegpt": "sharegpt.jsonl",
    "prompts": "prompts.jsonl", "alpaca": "alpaca.jsonl", "tools": "tools.zip", "bundle": "zip",
}  # fmt: skip
Progress = Callable[[int, int], None]


def to_stderr(done: int, total: int) -> None:
    """A line that grows, on a terminal alone."""
    if sys.stderr.isatty():
        end = "\n" if done == total else "\r"
        print(f"{done / max(1, total):6.1%} of {total / 1e6:,.1f} MB", end=end, file=sys.stderr, flush=True)


class Portal:
    """A portal, as the person or the release that the token stands for."""

    def __init__(self, url: str = "", token: str = "", cache: str | Path = "", timeout: float = 60) -> None:
        self.url = (url or os.environ.get("SYNTHPORTAL_URL", "")).rstrip("/")
        token = token or os.environ.get("SYNTHPORTAL_TOKEN", "")
        if not self.url or not token:
            raise PortalError("Set SYNTHPORTAL_URL and SYNTHPORTAL_TOKEN, or give url and token.")
        self.cache = Path(cache or os.environ.get("SYNTHPORTAL_CACHE", Path.home() / ".cache" / "synthportal"))
        headers = {"Authorization": f"Bearer {token}", "User-Agent": "synthportal-client"}
        self._how: dict[str, Any] = {"base_url": f"{self.url}/api/v1", "headers": headers, "timeout": timeout}

    def status(self, name: str) -> dict[str, Any]:
        """The facts of a release ("release-3", "3" or its id), withdrawn or not."""
        if not (number := name.removeprefix("release-")).isdecimal():
            return self.read(f"/releases/{name}/")
        if found := self.read("/releases/", number=number)["results"]:
            return dict(found[0])
        raise PortalError(f"There is no release {number}, or you do not see it.")

    def download(self, name: str, format: str = "parquet", progress: Progress = to_stderr) -> Path:  # noqa: A002
        """The file, checked byte for byte; taken from the cache where it lies there whole.

        Raises Withdrawn for what must not be used any more, PortalError for a refusal or other bytes.
        """
        signed = (release := self._standing(name))["artefact_sha256"]
        self.cache.mkdir(parents=True, exist_ok=True, mode=0o700)
        target = self.place(release, format)
        with alone_at(target):
            return self._kept(release, format, target, signed, progress)

    def _kept(
        self,
        release: Mapping[str, Any],
        fmt: str,
        target: Path,
        signed: str,
        progress: Progress,
    ) -> Path:
        """The file at `target`, fetched where it does not lie there whole."""
        known = target.with_name(target.name + ".sha256")
        # A bundle holds what was signed of the release last: it is never taken from here.
        expected = signed if fmt == "parquet" else known.read_text() if known.exists() else ""
        if fmt != "bundle" and target.exists() and _sha256(target) == expected:
            return target
        digest = self._fetch(f"/releases/{release['id']}/export/", fmt, target, progress)
        if fmt == "parquet" and digest != signed:
            target.unlink()
            raise PortalError("These are not the bytes that were reviewed. The file was thrown away; tell a steward.")
        known.write_text(digest)
        return target

    def place(self, release: Mapping[str, Any], format: str) -> Path:  # noqa: A002
        """Where a file of a release lies in the cache once it was downloaded."""
        name = f"release-{release['number']}-{release['artefact_sha256'][:16]}"
        return self.cache / f"{name}.{ENDINGS.get(format, format)}"

    def load(self, name: str, columns: Sequence[str] | None = None, progress: Progress = to_stderr) -> pd.DataFrame:
        """The records as a pandas DataFrame."""
        import pandas as pd

        return pd.read_parquet(self.download(name, progress=progress), columns=list(columns) if columns else None)

    def verify(self, name: str, public_key: str = "") -> dict[str, Any]:
        """Check the Parquet file and all else that was downloaded of the release, in every format and as the bundle,
        against what was signed; and with `public_key` (64 hex digits, today's key of the portal or an earlier one, from
        somebody you trust) who signed it, which needs the package cryptography. Raises PortalError with what does not
        hold; returns the certificate.
        """
        from synthportal_client.verifying import checked

        self.download(name)
        return checked(self, self.status(name), public_key)

    def _standing(self, name: str) -> dict[str, Any]:
        release = self.status(name)
        stands, why = release.get("standing", release["status"]), release["withdrawn_reason"] or "Its time is over."
        if stands == "suspended":
            raise PortalError(f"Release {release['number']} is suspended: do not use it until a steward has looked.")
        if stands != "released":
            raise Withdrawn(f"Release {release['number']} is {stands}: {why} Delete what you downloaded.")
        return release

    def read(self, path: str, **query: str) -> dict[str, Any]:
        """What the API answers at a path of its own, or at an address of the portal."""
        try:
            with httpx.Client(**self._how) as http:
                answer = http.get(path, params=query)
        except httpx.TransportError as error:
            raise PortalError(f"{self.url} does not answer ({type(error).__name__}).") from error
        raise_for(answer)
        return dict(answer.json())

    def _fetch(self, path: str, format: str, target: Path, progress: Progress) -> str:  # noqa: A002
        """Write the file, going on where an earlier try stopped; its SHA-256, equal to the ETag."""
        part = target.with_name(target.name + ".part")
        for left in range(TRIES, 0, -1):
            try:
                etag = self._append(path, format, part, progress)
                break
            except httpx.TransportError as error:
                if left == 1:
                    raise PortalError(f"The download broke off {TRIES} times ({type(error).__name__}).") from error
        digest = _sha256(part)
        if format != "bundle" and etag != digest:  # a bundle is named by what was signed, not by its own bytes
            part.unlink()
            raise PortalError("The file arrived damaged and was thrown away. Try again.")
        part.replace(target)
        return digest

    def _append(self, path: str, format: str, part: Path, progress: Progress) -> str:  # noqa: A002
        named = part.with_name(part.name + ".etag")
        have = part.stat().st_size if part.exists() and named.exists() else 0
        headers = {"Range": f"bytes={have}-", "If-Range": f'"{named.read_text()}"'} if have else {}
        address = f"{path}?format={format}"
        with httpx.Client(**self._how) as http, http.stream("GET", address, headers=headers) as answer:
            if answer.status_code == 416:  # all of it is here
                return named.read_text()
            if answer.is_error:
                answer.read()
            raise_for(answer)
            etag = answer.headers["ETag"].strip('"')
            named.write_text(etag)
            done = have if answer.status_code == 206 else 0
            total = done + int(answer.headers["Content-Length"])
            with part.open("ab" if done else "wb") as file:
                for piece in answer.iter_bytes(PIECE):
                    file.write(piece)
                    done += len(piece)
                    progress(done, total)
        named.unlink()
        return etag


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def load(name: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """The records of a release as a pandas DataFrame."""
    return Portal().load(name, columns)


def download(name: str, format: str = "parquet") -> Path:  # noqa: A002
    """The checked file of a release."""
    return Portal().download(name, format)

"""lay out: the files of a release on the plain shelf, made before they are signed, and opened only with a check.

Nothing here sends anything: export does, and it asks here for an offer.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from hashlib import sha256 as new_sha256
from pathlib import PurePosixPath
from typing import BinaryIO, cast

import pyarrow as pa
import pyarrow.parquet as pq

from generation.engine.kinds.catalogue import kind_of
from generation.engine.llm.canary import name_of_release
from generation.engine.llm.exports.rendering import TrainingForm, render_training
from generation.engine.llm.exports.splitting import Parts, split_rows
from generation.engine.parameters import load_named
from generation.engine.tables.rendering import Kind, render
from generation.engine.tables.row_groups import row_groups, write_labelled, write_rows
from reviews.engine.acceptance.draw import sample_rows
from reviews.engine.attestation.checked import Changed, CheckedFile
from reviews.engine.attestation.dsse import IN_TOTO
from reviews.engine.attestation.pieces import Measured, Shard, as_data, from_data, measure
from reviews.engine.bundle.archive import Archive, Member
from reviews.engine.bundle.documents.pieces import PIECES
from reviews.engine.bundle.material import FileFacts, notes_of
from reviews.engine.certificate.certificate import verify
from reviews.models import Release
from reviews.repositories.files import ATTESTATION, BUNDLE, TYPES, Format, file_name, formats_of, trained_columns
from reviews.repositories.trust.attestations import Attested, attested, kept_facts
from reviews.repositories.trust.keys import trusted_keys
from synthportal.errors import Conflict
from synthportal.storage.shelf import has_released, open_released, write_released
from synthportal.storage.vault import READ_BYTES, Blob, holds, open_sealed

LOST = "The bytes in the vault are not the released ones any more. Nothing was sent; tell a steward."
TRAIN, TEST = "data/train.parquet", "data/test.parquet"
RENDERED: dict[Format, Kind] = {
    Format.CSV: "csv",
    Format.JSONL: "jsonl",
    Format.XLSX: "xlsx",
    Format.PLAIN_CSV: "plain_csv",
    Format.SPREADSHEET: "spreadsheet_csv",
}
TRAINED: dict[Format, TrainingForm] = {
    Format.MESSAGES: "messages",
    Format.SHAREGPT: "sharegpt",
    Format.PROMPTS: "prompts",
    Format.ALPACA: "alpaca",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """A file that can be sent: what it is, and how it is opened.

    `kind` is written down with a download; `shelf_name` is the plain file that nginx may send in our place, "" where
    there is none. `sha256` names the bytes for good.
    """

    name: str
    kind: str
    content_type: str
    size: int
    sha256: str
    open: Callable[[], BinaryIO]
    shelf_name: str = ""

    @property
    def faults(self) -> tuple[type[Exception], ...]:
        """What opening or reading raises where the bytes are not the signed ones."""
        return (Changed, FileNotFoundError, EOFError)


# --- What is offered ----------------------------------------------------------------------------------------------


def what_is_offered(release: Release) -> str:
    """A sentence with the formats that can be had now."""
    offered = [*formats_of(release), *([BUNDLE] if attested(release) else [])]
    waits = "" if attested(release) else " The other files are offered once they are laid out and signed."
    return f"Choose one of the formats {', '.join(offered)}.{waits}"


def offer_of(release: Release, what: str) -> Offer | None:
    """A format, the bundle or a signed file by its path; None for what was never signed. Raises Conflict."""
    signed = attested(release)
    if signed is None:
        return _offer_before(release, what)
    if what == BUNDLE:
        return _bundle(release, signed)
    path = file_name(release.number, Format(what)) if what in Format.values else what
    if path == ATTESTATION:
        return _envelope(release, signed)
    file = signed.files.get(path)
    return _signed_file(release, signed, file, what) if file else None


def _signed_file(release: Release, signed: Attested, file: FileFacts, what: str) -> Offer:
    name = PurePosixPath(file.path).name
    name = name if name.startswith("release-") else f"release-{release.number}-{name}"
    kind = what if what in Format.values else PurePosixPath(what).name[:16]
    opened = partial(_open_signed, release, signed, file)
    on_shelf = file.sha256 if file.path in signed.roots else ""
    return Offer(name, kind, file.media_type, file.size, file.sha256, opened, on_shelf)


def _envelope(release: Release, signed: Attested) -> Offer:
    content = signed.envelope
    name, digest = f"release-{release.number}-{ATTESTATION}", new_sha256(content).hexdigest()
    return Offer(name, "attestation", IN_TOTO, len(content), digest, partial(io.BytesIO, content))


def _bundle(release: Release, signed: Attested) -> Offer:
    """The zip of what was signed for it. It follows from its members, so the signature over them names it."""
    inside = [file for file in signed.files.values() if file.is_bundled]
    members = [_member(release, signed, file) for file in inside]
    members.append(Member(ATTESTATION, len(signed.envelope), zlib.crc32(signed.envelope), _bytes(signed.envelope)))
    digest = new_sha256(b"bundle 1 " + signed.envelope).hexdigest()
    laid_out = partial(Archive, members)
    opened = cast(Callable[[], BinaryIO], lambda: io.BufferedReader(laid_out()))
    return Offer(f"release-{release.number}.zip", BUNDLE, "application/zip", laid_out().size, digest, opened)


def _member(release: Release, signed: Attested, file: FileFacts) -> Member:
    crc = _measured(signed, file).crc32 if file.path in signed.roots else zlib.crc32(_document(file))
    return Member(file.path, file.size, crc, partial(_open_signed, release, signed, file))


def _bytes(content: bytes) -> Callable[[], BinaryIO]:
    return partial(io.BytesIO, content)


def _offer_before(release: Release, what: str) -> Offer | None:
    """A release without an attestation: Parquet by its certificate, and what was laid out before, as it was."""
    if what not in formats_of(release):
        return None
    fmt = Format(what)
    kept = release.files.filter(format=fmt).first()
    digest, size = (kept.sha256, kept.size) if kept else (release.artefact_sha256, release.run.artefact_size or 0)
    if fmt is Format.PARQUET:
        _require_certified(release, digest)
    return Offer(
        file_name(release.number, fmt),
        fmt,
        TYPES[fmt],
        size,
        digest,
        partial(_open_before, release, fmt, digest),
        digest,
    )


def _require_certified(release: Release, digest: str) -> None:
    """The certificate of the release must hold, and name these bytes."""
    said = release.certificate["certificate"]["artefact"]["sha256"]
    key = trusted_keys().get(release.certificate["signature"]["key_id"])
    if key is None or verify(release.certificate, key) or said != digest:
        raise Conflict("The certificate of this release does not hold any more. Nothing was sent; tell a steward.")


# --- How it is opened ---------------------------------------------------------------------------------------------


def _open_signed(release: Release, signed: Attested, file: FileFacts) -> BinaryIO:
    """A signed file: records piece by piece against their root, a document whole."""
    if file.path not in signed.roots:
        return io.BytesIO(_document(file))
    measured = _measured(signed, file)
    if not has_released(file.sha256):
        _restore(release, signed, file)
    return cast(BinaryIO, io.BufferedReader(CheckedFile(open_released(file.sha256), measured)))


def _document(file: FileFacts) -> bytes:
    with open_released(file.sha256) as opened:
        content = opened.read()
    if new_sha256(content).hexdigest() != file.sha256:
        raise Changed(f"{file.path} is not the file that was signed.")
    return content


def _measured(signed: Attested, file: FileFacts) -> Measured:
    """The pieces of a file, whose root is the signed one."""
    measured = _pieces(signed.files[PIECES.path].sha256)[file.sha256]
    if measured.root != signed.roots[file.path]:
        raise Changed(f"The pieces of {file.path} are not those that were signed.")
    return measured


@lru_cache(maxsize=16)
def _pieces(sha256: str) -> dict[str, Measured]:
    """The document of pieces by its digest, which it is checked against: it can be kept."""
    with open_released(sha256) as opened:
        content = opened.read()
    if new_sha256(content).hexdigest() != sha256:
        raise Changed("The list of pieces is not the one that was signed.")
    return {digest: from_data(data) for digest, data in json.loads(content)["files"].items()}


def _open_before(release: Release, fmt: Format, digest: str) -> BinaryIO:
    """A file of a release without an attestation, hashed whole before its first byte is given."""
    if not has_released(digest):
        _expect(lay_out(release, fmt), digest)
    file = open_released(digest)
    measured = measure(file)
    if measured.sha256 != digest:
        file.close()
        raise Changed("The file is not the one that was released.")
    return cast(BinaryIO, io.BufferedReader(CheckedFile(file, measured)))


_unchanged: dict[str, tuple[int, ...]] = {}


def check_whole(offer: Offer) -> bool:
    """Read a file of the shelf through that somebody else is going to send; False where it is no file of this machine.

    Not again while it is the very file that was read before: the same inode, size and times of writing and of change.
    Raises what `offer.faults` names.
    """
    with open_released(offer.shelf_name) as file:
        if not isinstance(file, io.BufferedReader):
            return False
        found = os.fstat(file.fileno())
    state = (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
    if _unchanged.get(offer.shelf_name) != state:
        with offer.open() as file:
            while file.read(READ_BYTES):
                pass
        _unchanged[offer.shelf_name] = state
    return True


@contextmanager
def on_disk(offer: Offer) -> Iterator[str]:
    """The path of a checked file for a reader in a process of its own; a copy where the shelf is not on this machine.

    Raises what `offer.faults` names.
    """
    offer.open().close()  # what is missing on the shelf is laid out again
    if offer.shelf_name and check_whole(offer):
        with open_released(offer.shelf_name) as file:
            yield str(file.name)
        return
    with tempfile.NamedTemporaryFile(suffix=".parquet") as copy:
        with offer.open() as file:
            shutil.copyfileobj(file, copy, READ_BYTES)
        copy.flush()
        yield copy.name


# --- How it is made -----------------------------------------------------------------------------------------------


def lay_out(release: Release, fmt: Format) -> Blob:
    """The records in one format, on the shelf. The same artefact always gives the same bytes. Raises Conflict.

    Parquet is the artefact itself, and must hash to what was released. What lies there as it was released stays.
    """
    kept = release.files.filter(format=fmt).first()
    if kept and has_released(kept.sha256):
        return Blob(kept.sha256, kept.size)
    _require_kept(release)
    with open_sealed(release.run.dataset.key_id, release.artefact_sha256) as artefact, write_released() as draft:
        if fmt is Format.PARQUET:
            while piece := artefact.read(READ_BYTES):
                draft.file.write(piece)
        elif fmt is Format.TOOLS:
            _write_tools(release, artefact, draft.file)
        elif fmt in RENDERED:
            render(artefact, draft.file, RENDERED[fmt])
        else:
            render_training(artefact, draft.file, TRAINED[fmt], *trained_columns(release))
    if fmt is Format.PARQUET:
        _expect(draft.written, release.artefact_sha256)
    return draft.written


def _write_tools(release: Release, artefact: BinaryIO, sink: BinaryIO) -> None:
    """The files for tools of a set; its name follows from its bytes, and with it the canary inside."""
    from generation.engine.llm.exports.portal import write_tools

    made = kind_of(release.run.dataset.kind).makes
    if made is None:
        raise Conflict("No files for tools are made of such a release.")
    write_tools(artefact, sink, load_named(made.exports), name_of_release(release.artefact_sha256))


def lay_out_labelled(release: Release, notes: Mapping[str, str]) -> Blob:
    """The artefact, and behind it a footer with the notes."""
    _require_kept(release)
    with open_sealed(release.run.dataset.key_id, release.artefact_sha256) as artefact, write_released() as draft:
        write_labelled(artefact, draft.file, notes)
    return draft.written


def parts_of(release: Release, test_share: float) -> Parts:
    """The rows to train on and to test on. Nobody chooses: of a set, what belongs together is told by its words; which
    other records are to test on follows from the artefact's digest.
    """
    _require_kept(release)
    made, rows = kind_of(release.run.dataset.kind).makes, release.run.artefact_rows or 0
    if made is not None:
        with open_sealed(release.run.dataset.key_id, release.artefact_sha256) as artefact:
            records = pq.read_table(artefact, use_threads=False).to_pylist()
        return split_rows(records, test_share, load_named(made.split_by))
    seed = new_sha256(f"test split {release.artefact_sha256}".encode()).digest()
    chosen = set(sample_rows(seed, rows, round(rows * test_share)))
    return Parts([row for row in range(rows) if row not in chosen], sorted(chosen))


def lay_out_part(release: Release, chosen: list[int], notes: Mapping[str, str]) -> Blob:
    """The records at these rows as Parquet."""
    _require_kept(release)
    with open_sealed(release.run.dataset.key_id, release.artefact_sha256) as artefact, write_released() as draft:
        write_rows(artefact, draft.file, chosen, notes)
    return draft.written


def keep(content: bytes) -> Blob:
    """A document on the shelf."""
    with write_released() as draft:
        draft.file.write(content)
    return draft.written


def measure_kept(sha256: str, *, is_parquet: bool) -> dict[str, object]:
    """The pieces of a file on the shelf, cut at its row groups where it is Parquet, as JSON data."""
    with open_released(sha256) as file:
        shards = [Shard(*span) for span in row_groups(file)] if is_parquet else []
        measured = measure(file, shards)
    if measured.sha256 != sha256:
        raise Conflict(LOST)
    return as_data(measured)


def column_types(sha256: str) -> dict[str, pa.DataType]:
    """The type of each column of a Parquet file on the shelf by its name."""
    with open_released(sha256) as file:
        schema = pq.read_schema(file)
    return dict(zip(schema.names, schema.types, strict=True))


def _require_kept(release: Release) -> None:
    if not holds(release.run.dataset.key_id, release.artefact_sha256):
        raise Conflict(LOST)


def _expect(blob: Blob, sha256: str) -> None:
    if blob.sha256 != sha256:
        raise Conflict(LOST)


def _restore(release: Release, signed: Attested, file: FileFacts) -> None:
    """Make a file again that is missing from the shelf: it must come out as it was signed."""
    formats = {file_name(release.number, fmt): fmt for fmt in Format}
    notes = notes_of(kept_facts(release), signed.statement["predicate"]["release"]["address"])
    if file.path in formats:
        _expect(lay_out(release, formats[file.path]), file.sha256)
    elif TEST in signed.files:
        parts = parts_of(release, signed.row.test_share)
        _expect(lay_out_part(release, parts.test if file.path == TEST else parts.train, notes), file.sha256)
    else:
        _expect(lay_out_labelled(release, notes), file.sha256)

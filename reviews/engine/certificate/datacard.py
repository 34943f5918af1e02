"""The data card of a release, as Markdown and as JSON, from the same facts as its certificate."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from generation.engine.pii.entities import entity_words
from reviews.engine.acceptance.words import percent, percent_above
from reviews.engine.certificate.certificate import shown_parameters
from reviews.engine.certificate.facts import (
    ArtefactFacts,
    ColumnFacts,
    GenerationFacts,
    LimitsFacts,
    MeasureFacts,
    RecallFacts,
    ReleaseFacts,
    ReviewFacts,
)
from reviews.engine.certificate.told import told, told_sections

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~$&])")
FOUND = (
    "It changes no record. Where the GUID is found in a crawl, or a model completes it, these files were met there; "
    "that it is not found shows nothing, since records can be passed on without it."
)
_HEX_DIGEST = re.compile(r"[0-9a-f]{64}")


def data_card(facts: ReleaseFacts) -> dict[str, Any]:
    """The card as JSON data; fractions stay numbers. It holds no cell value and no record's distance."""
    generation, review = facts.generation, facts.review
    return {
        "format": "synthportal-data-card/2",
        "release": {"id": facts.release, "version": facts.version, "released": facts.released},
        **asdict(facts.dataset),
        "prohibited_uses": list(facts.dataset.prohibited_uses),
        "artefact": asdict(facts.artefact) | {"columns": [asdict(column) for column in facts.artefact.columns]},
        "how_made": asdict(generation)
        | {
            "parameters": shown_parameters(generation.parameters),
            "minimised": [asdict(column) for column in generation.minimised],
        },
        "seeded_recall": [asdict(recall) for recall in facts.recall],
        "evidence": [asdict(measure) for measure in facts.evidence],
        "evidence_limits": asdict(facts.judged_by),
        "review": asdict(review) | {"plan": {"kind": str(review.plan.kind), "n": review.plan.n}},
        "limits": list(facts.limits),
        **({"canary": facts.canary} if facts.canary else {}),
        **told(facts),
        "how_to_load": how_to_load(facts),
    }


def data_card_markdown(facts: ReleaseFacts) -> str:
    """The card as Markdown. What people typed is escaped: it cannot become markup."""
    dataset = facts.dataset
    sections = [
        [f"# {_plain(dataset.name)}, release {facts.version}", "", f"**{_sentence(facts.review.claim)}**"],
        ["## Purpose", "", _plain(dataset.purpose), *_description(dataset.description)],
        ["## Prohibited uses", "", *_bullets(dataset.prohibited_uses)],
        ["## How it was made", "", *_how_made(facts.generation)],
        ["## Columns", "", *_columns(facts.artefact)],
        *([["## What is found in its texts", "", *_recall(facts.recall)]] if facts.recall else []),
        ["## Evidence", "", *_judged_by(facts.judged_by), *_evidence(facts.evidence)],
        ["## Sample review", "", *_review(facts.review, facts.attempts)],
        ["## Limits", "", *_bullets(facts.limits)],
        *told_sections(facts, _plain),
        ["## How to load it", "", *_loading(facts)],
        *([["## Canary", "", f"`{facts.canary}`", "", FOUND]] if facts.canary else []),
        ["## Integrity", "", f"SHA-256 `{facts.artefact.sha256}`, {facts.artefact.size:,} bytes."],
    ]
    return "\n\n".join("\n".join(lines) for lines in sections) + "\n"


def how_to_load(facts: ReleaseFacts) -> dict[str, str]:
    """Code by tool name, for the Parquet file; the portal's address and token come from the reader's environment."""
    name = facts.artefact.file_name
    address = f'"$SYNTHPORTAL_URL/api/v1/releases/{facts.release}/export/?format=parquet"'
    return {
        "pandas": f"import pandas as pd\n\ntable = pd.read_parquet('{name}')",
        "polars": f"import polars as pl\n\ntable = pl.read_parquet('{name}')",
        "duckdb": f"SELECT * FROM read_parquet('{name}');",  # noqa: S608  (for people to read; nothing runs it)
        "datasets": "from datasets import load_dataset\n\n"
        f'table = load_dataset("parquet", data_files="{name}", split="train")',
        "curl": f"curl --fail --location --remote-header-name --remote-name \\\n"
        f'  --header "Authorization: Bearer $SYNTHPORTAL_TOKEN" \\\n  {address}',
    }


def manifest(files: Mapping[str, str]) -> str:
    """File name -> SHA-256 (hex), as text that `sha256sum -c` reads; names with a line break or backslash escaped."""
    if not all(_HEX_DIGEST.fullmatch(digest) for digest in files.values()):
        raise ValueError("A manifest lists SHA-256 digests of 64 lower-case hex digits.")
    return "".join(_manifest_line(name, files[name]) for name in sorted(files))


def _manifest_line(name: str, digest: str) -> str:
    escaped = name.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    return f"{'' if escaped == name else chr(92)}{digest}  {escaped}\n"


def _plain(text: str) -> str:
    """Text on one line in which nothing is Markdown or HTML."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _sentence(text: str) -> str:
    plain = _plain(text)
    return f"{plain[:1].upper()}{plain[1:]}."


def _bullets(lines: Iterable[str]) -> list[str]:
    return [f"- {_plain(line)}" for line in lines] or ["None stated."]


def _description(text: str) -> list[str]:
    return ["", _plain(text)] if text.strip() else []


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    lines = (head, tuple("---" for _ in head), *rows)
    return [f"| {' | '.join(cells)} |" for cells in lines]


def _how_made(generation: GenerationFacts) -> list[str]:
    parameters = shown_parameters(generation.parameters)
    settings = ", ".join(f"{_plain(name)} = {_plain(str(value))}" for name, value in parameters.items()) or "defaults"
    synthesizer = f"{_plain(generation.synthesizer)} {_plain(generation.synthesizer_version)}"
    removed = [(_plain(each.label), _plain(each.action), _plain(each.reason)) for each in generation.minimised]
    return [
        f"{synthesizer}, fitted on {generation.training_rows:,} minimised records, seed {generation.seed}; {settings}.",
        *(["", *_table(("column", "minimised by", "reason"), removed)] if removed else []),
    ]


def _columns(artefact: ArtefactFacts) -> list[str]:
    head = (
        "column", "kind", "unit", "description", "format", "no value", "coarsened", "allowed", "role", "missing",
        "treatment",
    )  # fmt: skip
    rows = [
        tuple(
            _plain(said)
            for said in (
                column.label, column.sdtype, column.unit, column.description, column.written, column.missing,
                column.coarsened, column.allowed, column.role, _missing(column), column.treatment,
            )
        )
        for column in artefact.columns
    ]  # fmt: skip
    return [f"{artefact.rows:,} records.", "", *_table(head, rows)]


def _missing(column: ColumnFacts) -> str:
    return "" if column.missing_share is None else f"{100 * column.missing_share:.1f} %"


def _recall(recalls: tuple[RecallFacts, ...]) -> list[str]:
    why = (
        "Before texts were redacted, invented values were written into copies of them where something of the kind "
        "stood, and looked for. It says nothing about places where nothing of the kind is ever found."
    )
    rows = (
        (_plain(one.column), _plain(entity_words(one.entity)), _figure(one.found), _between(one), f"{one.n:,}")
        for one in recalls
    )
    return [why, "", *_table(("column", "kind", "found again", "95 % interval", "n"), rows)]


def _between(one: RecallFacts) -> str:
    return f"{one.lower:.3f} to {one.upper:.3f}"


def _judged_by(limits: LimitsFacts) -> list[str]:
    why = f" Why these: {_plain(limits.reason)}" if limits.reason else ""
    laxer = [f"- {_plain(line)}" for line in limits.laxer_than_shipped]
    heading = ["", "**Laxer than the shipped limits:**", "", *laxer] if laxer else []
    return [f"Judged by the limits {_plain(limits.version)}.{why}", *heading, ""]


def _evidence(evidence: tuple[MeasureFacts, ...]) -> list[str]:
    rows = (
        (
            _plain(measure.group), _plain(measure.name), _figure(measure.value), _interval(measure),
            "" if measure.n is None else f"{measure.n:,}", _figure(measure.threshold, ""), _plain(measure.status),
            _figure(measure.could_hide, ""),
        )
        for measure in evidence
    )  # fmt: skip
    return _table(("group", "measure", "value", "interval", "n", "threshold", "status", "could hide"), rows)


def _figure(value: float | None, absent: str = "not computed") -> str:
    return absent if value is None else f"{value:.4g}"


def _interval(measure: MeasureFacts) -> str:
    if measure.lower is None and measure.upper is None:
        return ""
    return f"{_figure(measure.lower, '')} to {_figure(measure.upper, '')}"


def _review(review: ReviewFacts, attempts: int) -> list[str]:
    lot = "" if review.plan.lot is None else f" of {review.plan.lot:,}"
    kinds = ", ".join(review.control_kinds)
    controls = f"Planted leaks found: {review.controls_found} of {review.controls_judged} ({kinds})."
    return [
        f"- Random sample: {review.reviewed:,}{lot} records, {review.leaks} leaks, {review.unrealistic} unrealistic, "
        f"{review.annotators} annotators.",
        f"- Searched by machine and judged by people: {review.hunt_reviewed:,} records, {review.hunt_leaks} leaks.",
        f"- {controls if review.controls_judged else 'No leaks were planted.'}",
        f"- Policy {_plain(review.policy)}, version {review.policy_version}: limit {percent(review.plan.ltpd)} at "
        f"{percent(review.plan.confidence)} confidence. Reviews of this dataset so far: {attempts}.",
        *_realism(review),
    ]


def _realism(review: ReviewFacts) -> list[str]:
    if review.realism_bound is None:
        return []
    sure, most = percent(review.plan.confidence), percent_above(review.realism_bound)
    return [f"- {sure} sure that fewer than {most} look unrealistic."]


def _loading(facts: ReleaseFacts) -> list[str]:
    fences = {"pandas": "python", "polars": "python", "duckdb": "sql", "datasets": "python", "curl": "sh"}
    blocks = (f"{tool}:\n\n```{fences[tool]}\n{code}\n```" for tool, code in how_to_load(facts).items())
    return ["\n\n".join(blocks)]

"""A metric and a kind of source as another package would bring them: nothing of the portal knows their names."""

from __future__ import annotations

import io
from dataclasses import replace

import pandas as pd

from generation.engine.evaluation.card import Check, MetricCard, Plot
from generation.engine.evaluation.metric import Direction, Findings, Group, Metric
from generation.engine.evaluation.policy import Limit
from generation.engine.evaluation.study.figures import Bar, Bars
from generation.engine.kinds.kind import SourceKind
from generation.engine.minimisation.treatments import TreatmentKind

# ---- A metric -------------------------------------------------------------------------------------------------------


def northern(study):
    """The share of synthetic records that hold "north" in some column."""
    frame = study.synthetic_frame
    share = float((frame.astype(str) == "north").any(axis=1).mean())
    metric = Metric(Group.FIDELITY, "northern", f"{share:.1%} are of the north.", Direction.LOWER, share, n=len(frame))
    return Findings((metric,), {"compass": {"north": share, "elsewhere": 1 - share}})


NORTHERN = Check(
    "compass",
    (
        MetricCard(
            "northern",
            Group.FIDELITY,
            "Records of the north",
            "Share of synthetic records that are of the north, <b>whatever</b> the source holds.",
            "how many records are of the north?",
            Direction.LOWER,
            limit=Limit(0.9, 0.95, "a table of the north alone is not about this country"),
            needed_for=frozenset({"training"}),
            plot=Plot(
                "compass",
                "South is below.",
                lambda found: Bars("Where records are", [Bar(label, share) for label, share in found.items()]),
            ),
        ),
    ),
    northern,
)
TAKEN = replace(NORTHERN, name="again", cards=(replace(NORTHERN.cards[0], name="exact_matches"),))
NEEDED_WITHOUT_LIMIT = replace(NORTHERN, cards=(replace(NORTHERN.cards[0], limit=None),))

# ---- A kind of source -----------------------------------------------------------------------------------------------


def read_fixed(source, sink, *, progress):
    """A table whose columns begin where the words of its first line do."""
    from generation.engine.tables.reading import read_table

    frame = pd.read_fwf(io.BytesIO(source.read()), colspecs="infer", dtype=str)
    facts = read_table(io.BytesIO(frame.to_csv(index=False).encode()), sink, progress=progress)
    return replace(facts, format="fixed width")


UNREAD = SourceKind("unread", "Scrolls that nothing reads yet")

FIXED = SourceKind(
    "fixed",
    "Fixed-width table",
    takes="fixed-width tables: FWF",
    endings=(".fwf",),
    reader=f"{__name__}:read_fixed",
    profiler="generation.engine.profiling.table:profile_table",
    treatments=frozenset({TreatmentKind.KEEP, TreatmentKind.DROP}),
    synthesizers=frozenset({"copula"}),
    checks=frozenset({"copies", "column_shapes", "conformity"}),
    layout="table",
)
NAMELESS = replace(FIXED, name="a name that is too long")

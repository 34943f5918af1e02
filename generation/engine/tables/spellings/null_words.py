"""Words that stand for "no value"."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

# In a column of numbers, dates or truths these can be nothing else, in capital letters or not.
BESIDE_VALUES = frozenset(
    r"""
    ?|-|--|---|.|..|\n|(null)|[null]|(blank)|none|null|nil|void|n/a|na|#na|n.a.|n.a|nan|nat|missing|unknown|undefined|tbd
    not available|not applicable|not known|no data|unbekannt|k.a.|k.a|keine angabe|keine daten|inconnu|inconnue|nd|n.d.
    n/d|desconocido|sconosciuto|onbekend|desconhecido|s/o|s.o.|***|x|xxx
    """.strip().replace("\n    ", "|").split("|")
)  # fmt: skip
_AS_LIST = pa.array(sorted(BESIDE_VALUES))
# A country's or state's code, where its neighbours are such codes too: NA is Namibia.
CODES = "^[A-Z]{2}$"


def beside_values(texts: pa.StringArray) -> pa.BooleanArray:
    """Which trimmed texts say that a number, date or truth is missing."""
    return pc.is_in(pc.utf8_lower(texts), _AS_LIST)

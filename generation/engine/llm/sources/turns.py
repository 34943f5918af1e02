"""Tables of turns: which column says the conversation, who speaks, what, and in which order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from itertools import pairwise
from typing import Any

# The most telling first: beside one of these, "id" is the number of a turn.
_OF_ONE = ("conversation", "convo", "dialogue", "dialog", "chat", "session", "thread", "ticket")
IDS = (*(f"{name}_id" for name in (*_OF_ONE, "call", "case", "interaction", "transcript")), *_OF_ONE, "id")
ORDERS = (
    "turn", "turn_id", "turn_number", "turn_no", "turn_index", "message_number", "message_index", "order", "sequence",
    "seq", "position", "index", "time", "timestamp", "datetime", "date_time", "sent_at", "created_at", "date",
)  # fmt: skip
SAID = ("content", "value", "text", "utterance", "message")
WHO = ("role", "from", "speaker", "author", "sender")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?\s*([ap])?\.?(?:m\.?)?", re.ASCII | re.IGNORECASE)
_HALF_A_DAY = 12 * 3600.0


def named(name: object) -> str:
    """The name of a column, in small letters; one that we know, in our spelling.

    >>> [named(name) for name in ("Conversation ID", "chatId", "Customer ID")]
    ['conversation_id', 'chat_id', 'customer id']
    """
    plain = re.sub(r"[\s_.-]+", "_", _HUMP.sub("_", str(name).strip())).casefold()
    return plain if plain in {*IDS, *ORDERS, *SAID, *WHO} else str(name).casefold()


def has_turns(header: Iterable[str]) -> bool:
    """Whether columns of these names can be turns of conversations."""
    names = set(map(named, header))
    return not names.isdisjoint(IDS) and not names.isdisjoint(SAID) and not names.isdisjoint(WHO)


def in_order(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The rows of one conversation in the order of the first column that says one, else as they stand."""
    for name in ORDERS:
        places = [found for row in rows if (found := _place(row.get(name)))]
        kinds, moments = {kind for kind, _ in places}, [moment for _, moment in places]
        if len(places) < len(rows) or len(kinds) > 1 or len(set(moments)) < 2:
            continue
        if kinds == {"clock"} and _passes_midnight(moments):
            break
        return [rows[at] for at in sorted(range(len(rows)), key=moments.__getitem__)]
    return list(rows)


def _place(value: Any) -> tuple[str, float] | None:
    """(kind, number) by which a turn stands before another; None for what says no order.

    >>> [_place(value) for value in ("9:58", "10", "2026-01-02T03:04:05Z", "soon")]
    [('clock', 35880.0), ('number', 10.0), ('moment', 1767323045.0), None]
    """
    if isinstance(value, time):
        return "clock", value.hour * 3600.0 + value.minute * 60 + value.second
    if isinstance(value, date):
        return _moment(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return ("number", float(value)) if value == value else None
    return _place_of_text(value.strip()) if isinstance(value, str) else None


def _place_of_text(text: str) -> tuple[str, float] | None:
    if re.fullmatch(r"-?\d{1,15}(?:\.\d+)?", text, re.ASCII):
        return "number", float(text)
    if clock := _CLOCK.fullmatch(text):
        hour = int(clock[1]) % 12 + 12 * (clock[4] in "pP") if clock[4] else int(clock[1])
        return "clock", hour * 3600.0 + int(clock[2]) * 60 + float(clock[3] or 0)
    try:
        return _moment(datetime.fromisoformat(text))
    except ValueError:
        return None


def _moment(value: date) -> tuple[str, float]:
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day, tzinfo=UTC)
    return "moment", (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _passes_midnight(moments: Sequence[float]) -> bool:
    """Whether times of day run on over midnight as they stand: a step far back, and none other."""
    back = [one - other for one, other in pairwise(moments) if other < one]
    return len(back) == 1 and back[0] > _HALF_A_DAY

"""What turns do, where the source does not say: told from a few forms that most languages of service share in English.

Coarse on purpose: an agenda needs to know a question from an answer and a thank-you from a refusal, no more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from generation.engine.llm.conversations.conversation import Act, Conversation, Turn
from generation.engine.llm.conversations.masking import masked

_FORMS = (
    ("GREET", re.compile(r"(?i)^(?:hi|hello|hey|good (?:morning|afternoon|evening)|welcome)\b")),
    ("THANK", re.compile(r"(?i)\b(?:thanks|thank you|appreciate)\b")),
    ("GOODBYE", re.compile(r"(?i)\b(?:goodbye|bye|have a (?:nice|great|good|wonderful)|take care)\b")),
    ("AFFIRM", re.compile(r"(?i)^(?:yes|yeah|yep|sure|correct|exactly|okay|ok|perfect|sounds good|that works)\b")),
    ("NEGATE", re.compile(r"(?i)^(?:no|nope|not really|never mind)\b")),
    ("APOLOGISE", re.compile(r"(?i)\b(?:sorry|apologi[sz]e|unfortunately)\b")),
    ("WAIT", re.compile(r"(?i)\b(?:one moment|just a (?:moment|second)|please hold|bear with)\b")),
)
_TAG = re.compile(r"<([a-z_]+)>")


def acts_of(text: str) -> tuple[Act, ...]:
    """What a turn does by its form, and about which kinds of value.

    >>> acts_of("Yes, thanks. What time on Monday?")
    (('AFFIRM', ''), ('ASK', 'date'), ('THANK', ''))
    """
    plain = masked(text)
    found = {(name, "") for name, form in _FORMS if form.search(plain)}
    kinds = sorted(set(_TAG.findall(plain))) or [""]
    if "?" in plain:
        found |= {("ASK", kind) for kind in kinds}
    elif kinds != [""] or not found:
        found |= {("TELL", kind) for kind in kinds}
    return tuple(sorted(found))


def with_acts(conversations: Sequence[Conversation]) -> list[Conversation]:
    """The conversations with acts in every turn: the source's own, or told from the text."""
    return [replace(one, turns=tuple(map(_with_acts, one.turns))) for one in conversations]


def _with_acts(turn: Turn) -> Turn:
    return turn if turn.acts else replace(turn, acts=acts_of(turn.text))

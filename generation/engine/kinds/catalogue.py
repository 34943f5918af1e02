"""Which kinds of source there are. Standard library only: the web process reads it."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points

from generation.engine.errors import KindError
from generation.engine.kinds.chat import CHAT
from generation.engine.kinds.documents import DOCUMENTS
from generation.engine.kinds.kind import SourceKind
from generation.engine.kinds.pairs import PAIRS
from generation.engine.kinds.table import TABLE
from generation.engine.kinds.tasks import AGENTS, TASKS
from generation.engine.kinds.text import TEXT
from generation.engine.synthesizers.card import SynthesizerCard
from generation.engine.synthesizers.catalogue import cards

ENTRY_POINT_GROUP = "synthportal.kinds"


@cache
def kinds() -> dict[str, SourceKind]:
    """Every kind by name: ours first, then those that installed packages offer under `synthportal.kinds`.

    Raises KindError when an entry point names no kind that can be, or a name that is there already.
    """
    found = {kind.name: kind for kind in (TABLE, TEXT, CHAT, DOCUMENTS, TASKS, AGENTS, PAIRS)}
    for point in entry_points(group=ENTRY_POINT_GROUP):
        kind = point.load()
        if not isinstance(kind, SourceKind) or kind.name in found:
            raise KindError("bad_plugin", f"The entry point {point.name!r} offers no new kind of source.")
        if wrong := kind.faults():
            raise KindError("bad_plugin", f"The entry point {point.name!r} offers no kind of source. {' '.join(wrong)}")
        found[kind.name] = kind
    return found


def kind_of(name: str) -> SourceKind:
    """The kind of that name; one that nothing reads for a name that nobody registered, as when a plug-in is gone."""
    return kinds().get(name) or SourceKind(name, name.replace("_", " ").capitalize())


def offered() -> list[SourceKind]:
    """The kinds that can be uploaded."""
    return [kind for kind in kinds().values() if kind.is_offered]


def choices() -> list[tuple[str, str]]:
    """(name, title) of every kind that is known, offered or not."""
    return [(kind.name, kind.title) for kind in kinds().values()]


def why_not_offered(name: str) -> str:
    """Why nothing of this kind can be uploaded, in a sentence; "" when it can."""
    return "" if kind_of(name).is_offered else f"This portal takes {'; '.join(kind.takes for kind in offered())}."


def why_not_for(name: str, purpose: str) -> str:
    """Why a source of this kind does not serve the purpose, in a sentence; "" when it does."""
    kind = kind_of(name)
    if kind.makes is None or purpose in kind.makes.purposes:
        return ""
    words = " or ".join(sorted(one.replace("_", " ") for one in kind.makes.purposes))
    return f"{kind.title} become {kind.makes.noun}: choose the purpose {words}."


def synthesizers_for(name: str) -> dict[str, SynthesizerCard]:
    """The cards of the synthesizers that suit a kind, by name."""
    kind = kind_of(name)
    return {card.name: card for card in cards().values() if kind.suits(card)}

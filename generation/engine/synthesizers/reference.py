"""The cards as they stand in docs/reference/synthesizers.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from generation.engine.parameters import Parameter
from generation.engine.synthesizers.card import SynthesizerCard
from generation.engine.synthesizers.cards import BUILT_IN


def sections(cards: Sequence[SynthesizerCard] = BUILT_IN) -> Iterator[str]:
    """The lines of a section per card: what it is for, guarantees and memorises, and its parameters."""
    for at, card in enumerate(cards):
        yield from ([""] if at else [])
        yield from _section(card)


def _section(card: SynthesizerCard) -> Iterator[str]:
    purposes = ", ".join(card.recommended_for).replace("_", " ")
    yield f"### {card.title} (`{card.name}`)"
    yield ""
    yield card.sentence
    yield ""
    yield f"- Recommended for: {purposes or 'no purpose by itself'}."
    yield f"- Guarantees: {card.guarantee}"
    yield f"- The fitted model memorises: {card.memorises}"
    yield ""
    yield "| parameter | default | allowed | what it does |"
    yield "|---|---|---|---|"
    yield from (_row(parameter) for parameter in card.parameters)


def _row(parameter: Parameter) -> str:
    default = f"{parameter.default:g}" if isinstance(parameter.default, float) else str(parameter.default)
    return f"| {parameter.label} (`{parameter.name}`) | {default} | {_allowed(parameter)} | {parameter.help} |"


def _allowed(parameter: Parameter) -> str:
    if parameter.choices:
        return ", ".join(parameter.choices)
    if parameter.kind == "bool":
        return "true, false"
    low, high = (f"{bound:g}" if bound is not None else "" for bound in (parameter.minimum, parameter.maximum))
    return f"{low} to {high}" if low and high else f"at least {low}" if low else f"at most {high}" if high else "any"

"""The metrics of conversations: what each says, which way is better, its limits, and where its arithmetic is."""

from __future__ import annotations

from dataclasses import replace

from generation.engine.evaluation.card import ANY, EITHER_WAY, FROM_ZERO, Check, MetricCard
from generation.engine.evaluation.llm.texts import cards as texts
from generation.engine.evaluation.metric import Direction, Group
from generation.engine.evaluation.policy import EVERY_PURPOSE, FOR_MODELS, Limit

_ROOM = "generation.engine.evaluation.llm.chats"


def _check(name: str, where: str, *cards: MetricCard) -> Check:
    return Check(name, cards, f"{_ROOM}.{where}:{name}", is_of_texts=True)


TURNS = _check(
    "chat_turns",
    "copies",
    MetricCard(
        "chat_turns_copied",
        Group.PRIVACY,
        "Turns copied",
        "Share of synthetic turns of over five (or twelve) words that equal a turn of the source which fewer than k "
        "conversations have, as it stands or with values as tags, less the share of the holdout's. The surest counts.",
        "do synthetic turns equal rare turns of the source more often than other people's do?",
        Direction.LOWER,
        range=EITHER_WAY,
        limit=Limit(0.0, 0.0, f"{texts.PROVEN}; a hundredth of copies must not go unseen", hides=0.01),
        needed_for=EVERY_PURPOSE,
    ),
)
COPIES = _check(
    "chat_copies",
    "copies",
    MetricCard(
        "chat_copies",
        Group.PRIVACY,
        "Conversations copied",
        "Share of synthetic conversations most of whose turns of over five words, and at least three, stand in one "
        "conversation of the source, beyond the share of the holdout's.",
        "is a whole conversation of the source among the synthetic ones?",
        Direction.LOWER,
        limit=Limit(0.0, 0.0, "two people do not have the same conversation: one copy is too many"),
        needed_for=EVERY_PURPOSE,
    ),
)
SEQUENCES = _check(
    "chat_sequences",
    "copies",
    MetricCard(
        "chat_sequences",
        Group.PRIVACY,
        "Courses of conversations carried over",
        "Share of synthetic conversations whose acts, from first to last, are those of one of the source, less the "
        "share of the holdout's.",
        "do conversations take the course of one of the source?",
        Direction.LOWER,
        range=EITHER_WAY,
        limit=Limit(
            0.02, 0.02, "short conversations often take the same course; 2 % over real ones is chance", hides=0.1
        ),
        needed_for=EVERY_PURPOSE,
    ),
)
_RUNS, _ENTITIES, _MEMBERS = (check.cards[0] for check in (texts.RUNS, texts.ENTITIES, texts.MEMBERSHIP))
RUNS = _check(
    "chat_runs",
    "copies",
    replace(
        _RUNS,
        name="chat_runs",
        definition="Share of synthetic turns with 8 (or 12) words in a row from the source that fewer than k "
        "conversations hold, less the share of the holdout's that have such a run. The surer of both counts.",
        question="do stretches of source turns come again more often than in other people's turns?",
    ),
)
ENTITIES = _check(
    "chat_entities",
    "copies",
    replace(
        _ENTITIES,
        name="chat_entities_carried",
        definition="Share of synthetic conversations that hold a name, place, date or number which the source has and "
        "the holdout has not, and which fewer than five conversations hold; less what likeness alone explains.",
        range=ANY,
        limit=Limit(0.02, 0.0, f"{texts.PROVEN}; what minimising took out of the source cannot come again", hides=0.05),
    ),
)
MEMBERSHIP = _check(
    "chat_membership",
    "copies",
    replace(
        _MEMBERS,
        name="chat_membership_auc",
        title="Membership of a conversation",
        definition="How well an attacker tells a source conversation from one of the holdout by how like it the "
        "nearest synthetic conversation is. 0.5 is guessing.",
        question="can an attacker tell whose conversations were learned from?",
    ),
)
ACTS = _check(
    "chat_acts",
    "acts",
    MetricCard(
        "chat_act_distance",
        Group.FIDELITY,
        "How acts follow each other",
        "How far pairs of acts in a row lie from those of the source (total variation), over how far those of as many "
        "conversations of the holdout do. 1 is as near as other people's.",
        "does one act follow another as in real conversations?",
        Direction.LOWER,
        range=FROM_ZERO,
        limit=Limit(1.3, 2.0, "walks without memory lie more than twice as far as other people's"),
    ),
)
TEACHING = _check(
    "chat_teaching",
    "acts",
    MetricCard(
        "chat_next_act_ratio",
        Group.UTILITY,
        "What the conversations teach",
        "Accuracy on the holdout, beyond guessing the commonest, of a classifier of what the next turn does, learned "
        "from synthetic turns, over that of one learned from as many real turns.",
        "do the conversations teach what comes next as well as real ones?",
        Direction.HIGHER,
        range=ANY,
        limit=Limit(0.95, 0.7, "of what real turns teach a twentieth may be missed; under .7 too much is"),
        limited_for=FOR_MODELS,
    ),
)
VARIETY = _check(
    "chat_variety",
    "acts",
    *(
        replace(card, name=card.name.replace("text_", "chat_", 1), definition=card.definition.replace("texts", "turns"))
        for card in texts.VARIETY.cards
    ),
)
CHECKS = (TURNS, COPIES, SEQUENCES, RUNS, ENTITIES, MEMBERSHIP, ACTS, TEACHING, VARIETY)

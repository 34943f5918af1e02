"""The cards of these checks: what each asks, which way is better, and where it passes and blocks.

Standard library only, as the cards of the table suite are.
"""

from __future__ import annotations

from generation.engine.evaluation.card import FROM_ZERO, Check, MetricCard
from generation.engine.evaluation.metric import Direction, Group
from generation.engine.evaluation.policy import EvaluationPolicy, Limit

HIGHER, LOWER, _INFORMS = Direction.HIGHER, Direction.LOWER, Direction.INFORMATIONAL
FOR_SETS = frozenset({"evaluation", "knowledge_testing"})
FOR_PAIRS = frozenset({"fine_tuning"})
# Only where the owner gives real questions; then one that is copied blocks.
_IF_GIVEN = frozenset({"copied_questions"})
_ALL = Limit(1.0, 1.0, "One record that is not so makes a score nobody can explain.")
_NONE = Limit(0.0, 0.0, "One such record is one too many, and can be left out.")


def _card(  # noqa: PLR0913 - a card in one line each
    name: str,
    title: str,
    question: str,
    direction: Direction,
    limit: Limit | None,
    span: tuple[float, float] = (0.0, 1.0),
    group: Group = Group.SETS,
    purposes: frozenset[str] = FOR_SETS,
) -> MetricCard:
    asked = f"{question[:1].lower()}{question[1:]}"
    needed = purposes if limit and name not in _IF_GIVEN else frozenset()
    return MetricCard(
        name, group, title, question, asked, direction, range=span, limit=limit, limited_for=purposes, needed_for=needed
    )


def _of_pairs(
    name: str, title: str, question: str, direction: Direction, limit: Limit, group: Group = Group.SETS
) -> MetricCard:
    return _card(name, title, question, direction, limit, group=group, purposes=FOR_PAIRS)


QUESTION_CARDS = (
    _card("grounded", "Answers in the passage", "Does every answer stand where it is said to?", HIGHER, _ALL),
    _card("answerable", "Answer in one passage", "Does every answer stand in one passage alone?", HIGHER, _ALL),
    _card("closed_book", "Not in the question", "Can no answer be read off its question?", HIGHER, _ALL),
    _card("repeated_questions", "Repeated questions", "Which share repeats another question?", LOWER, _NONE),
    _card(
        "copied_questions",
        "Copied questions",
        "Which share repeats a question of the owner?",
        LOWER,
        _NONE,
        group=Group.PRIVACY,
    ),
    _card(
        "documents_covered",
        "Documents covered",
        "Which share of the documents that there are questions for is asked about?",
        HIGHER,
        Limit(0.8, 0.5, "A set that knows half of the documents says nothing of the others."),
    ),
    _card(
        "sections_covered",
        "Sections covered",
        "Which share of the sections that there are questions for is asked about?",
        _INFORMS,
        None,
    ),
    _card(
        "clusters_covered",
        "Clusters of passages covered",
        "Which share of the passages that there are questions for is asked about, near repeats counted once?",
        _INFORMS,
        None,
    ),
    _card(
        "largest_share",
        "Largest document",
        "How many times its share of all words is the most asked document asked?",
        LOWER,
        Limit(3.0, 3.0, "Above it the set tests one document."),
        FROM_ZERO,
    ),
    _card(
        "wording_overlap",
        "Wording beside the passage",
        "Which share of a question's words stands in its passage (median)?",
        LOWER,
        Limit(0.8, None, "Questions that repeat their passage are found by counting words."),
    ),
    _card("found_first", "Found first", "For which share does BM25 find the passage first?", _INFORMS, None),
)
SUITE_CARDS = (
    _card("combinations_covered", "Combinations covered", "Which share of all allowed pairs is held?", HIGHER, _ALL),
    _card("repeated_tasks", "Repeated tasks", "Which share repeats another task?", LOWER, _NONE),
    _card("expected_usable", "Expected results", "Can every expected result be scored?", HIGHER, _ALL),
)
AGENT_CARDS = (
    _card("reference_passes", "Reference agent", "Which share does the reference conversation solve?", HIGHER, _ALL),
    _card("nothing_passes", "Do-nothing agent", "Which share passes an agent that does nothing?", LOWER, _NONE),
    _card("breaker_passes", "Policy-breaking agent", "Which share passes an agent that breaks a rule?", LOWER, _NONE),
    _card("unproven_tasks", "Unproven tasks", "For which share is there no rule to break?", LOWER, _NONE),
    _card("branches_covered", "Rules tried", "Which share of the ways of all rules is tried?", HIGHER, _ALL),
    _card("state_told", "State and writes", "Does the state change if and only if a task writes?", HIGHER, _ALL),
)
SET_CARDS = (
    _card("contamination", "Overlap with training", "Which share overlaps a set for training?", LOWER, _NONE),
    _card(
        "personal_data",
        "Personal data",
        "Which share holds what reaches a person, told by its form?",
        LOWER,
        _NONE,
        group=Group.PRIVACY,
    ),
)
_PRIVATE = Group.PRIVACY
PAIR_CARDS = (
    _of_pairs("pairs_usable", "Two answers", "Has every pair a prompt and two answers that differ?", HIGHER, _ALL),
    _of_pairs("repeated_pairs", "Repeated pairs", "Which share repeats another pair?", LOWER, _NONE),
    _of_pairs("copied_pairs", "Copies of the source", "Which share repeats a source text?", LOWER, _NONE, _PRIVATE),
    _of_pairs("test_overlap", "Overlap with evaluation", "Which share overlaps a set for evaluation?", LOWER, _NONE),
    _of_pairs(
        "personal_in_pairs",
        "Personal data in pairs",
        "Which share of the pairs holds what reaches a person, told by its form?",
        LOWER,
        _NONE,
        _PRIVATE,
    ),
)
CARDS = {card.name: card for card in (*QUESTION_CARDS, *SUITE_CARDS, *AGENT_CARDS, *SET_CARDS, *PAIR_CARDS)}

# Made of sets alone, which their kinds of source measure by `MadeSet.evidence`: there are no two tables to compare.
_NOT_OF_TABLES = "generation.engine.evaluation.llm.sets.portal:not_of_tables"
CHECKS = tuple(
    Check(name, cards, _NOT_OF_TABLES, is_of_texts=True)
    for name, cards in (
        ("question_set", QUESTION_CARDS),
        ("task_suite", SUITE_CARDS),
        ("agent_suite", AGENT_CARDS),
        ("any_set", SET_CARDS),
        ("preference_pairs", PAIR_CARDS),
    )
)


def default_limits(purpose: str) -> EvaluationPolicy:
    """The shipped limits of these checks for "evaluation" or "knowledge_testing". ValueError for another purpose."""
    if purpose not in FOR_SETS:
        raise ValueError(f"purpose must be one of {', '.join(sorted(FOR_SETS))}")
    own = (card for card in CARDS.values() if purpose in card.limited_for)
    limits = {card.name: card.limit for card in own if card.limit is not None}
    return EvaluationPolicy(purpose, limits, frozenset(limits) - _IF_GIVEN)

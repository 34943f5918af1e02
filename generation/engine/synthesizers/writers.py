"""The cards of what writes texts and conversations. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping

from generation.engine.parameters import Parameter, Value
from generation.engine.synthesizers.card import Estimate, SynthesizerCard

IMPORT_BYTES = 450_000_000

DIAL = Parameter(
    "dial",
    "choice",
    "widest",
    "Which texts are kept",
    "Widest teaches a classifier most. Closest reads most like what people write, and varies less.",
    choices=("widest", "between", "closest"),
)
BALANCE = Parameter(
    "balance",
    "choice",
    "as in the source",
    "Texts of each label",
    "In the shares of the source, or as many of each label, which helps scarce ones.",
    choices=("as in the source", "as many of each"),
)
RANKER = Parameter(
    "ranker",
    "choice",
    "trigram",
    "What tells likely texts",
    "Runs of three words that k people share, or a small network trained for it, which takes longer and hears more.",
    choices=("trigram", "gru"),
)
PEOPLE_BEHIND = Parameter(
    "k",
    "int",
    5,
    "People behind every phrase",
    "A phrase that fewer people wrote is not used. Take 10 where texts leave the house.",
    minimum=2,
    maximum=100,
)
LINES_BEHIND = Parameter(
    "k",
    "int",
    5,
    "Lines behind every template",
    "A template, level or value that fewer lines have is not used; people, where a column names them.",
    minimum=2,
    maximum=100,
)
TERMS = Parameter(
    "terms",
    "text",
    "",
    "Words of the trade",
    "Product names, rules and tone that the texts may use, in your own words. They go into every prompt.",
    maximum=4_000,
)


def _phrases_cost(rows: int, columns: int, parameters: Mapping[str, Value]) -> Estimate:
    network = 4e-3 * rows if parameters.get("ranker") == "gru" else 0.0
    return Estimate(4.0 + rows * 1e-3 + network, IMPORT_BYTES + rows * 20_000)


def _lines_cost(rows: int, columns: int, parameters: Mapping[str, Value]) -> Estimate:
    return Estimate(4.0 + rows * 1e-3, IMPORT_BYTES + rows * 5_000)


def _talks_cost(rows: int, columns: int, parameters: Mapping[str, Value]) -> Estimate:
    return Estimate(10.0 + rows * 0.1, IMPORT_BYTES + rows * 100_000)


WRITERS = (
    SynthesizerCard(
        name="phrase_grammar",
        title="Phrase grammar",
        sentence="Writes labelled texts of phrases that at least k people share: for classifiers, routers and search.",
        recommended_for=("training", "fine_tuning", "evaluation"),
        guarantee="Every phrase and label has k people behind it (k records where no column names a person), and no "
        "text is a copy of a source text, nearly one, or shares eight words in a row that fewer than k people wrote. "
        "No formal privacy guarantee.",
        memorises="The phrases, and the source's texts themselves, to refuse copies of them: it is as sensitive as the "
        "source, and is deleted after the run.",
        parameters=(PEOPLE_BEHIND, DIAL, BALANCE, RANKER),
        implementation="generation.engine.llm.texts.synthesizer:PhraseGrammar",
        estimate=_phrases_cost,
        is_of_texts=True,
    ),
    SynthesizerCard(
        name="log_templates",
        title="Log templates",
        sentence="Writes log lines: templates that k lines share, with levels and times, and invented values in them.",
        recommended_for=(),
        guarantee="Every template, level and value has k lines behind it (k people where a column names them), and so "
        "has every hour or day; other values are invented, and no rare value of five characters or more comes again. "
        "No formal privacy guarantee.",
        memorises="The templates, and the source's rare values, to refuse them: it is as sensitive as the source, and "
        "is deleted after the run.",
        parameters=(LINES_BEHIND,),
        implementation="generation.engine.llm.logs.synthesizer:LogTemplates",
        estimate=_lines_cost,
        is_of_texts=True,
    ),
    SynthesizerCard(
        name="agenda_simulator",
        title="Agenda simulator",
        sentence="Writes task conversations, without calls of tools: what is done and said is what people share.",
        recommended_for=("training", "fine_tuning", "evaluation"),
        guarantee="Every step and phrase has k people behind it (k records where no column names a person); no turn "
        "over three words is one that fewer than k people said, or nearly; values are invented, and agree through a "
        "conversation. No formal privacy guarantee.",
        memorises="The phrases, and the sequences of acts of the source, to hold them back: it is as sensitive as the "
        "source, and is deleted after the run.",
        parameters=(PEOPLE_BEHIND,),
        implementation="generation.engine.llm.conversations.synthesizer:AgendaSimulator",
        estimate=_talks_cost,
        is_of_texts=True,
    ),
    SynthesizerCard(
        name="endpoint_texts",
        title="Texts by an endpoint",
        sentence="A model behind your endpoint words texts of the same labels: for what reads as people write.",
        recommended_for=(),
        guarantee="No real text is sent: prompts hold what the phrase grammar writes, searched for personal data. "
        "What comes back is refused like the grammar's own. What the model knows of the world is not held back.",
        memorises="What the phrase grammar memorises. The endpoint's answers are kept sealed with the run.",
        parameters=(PEOPLE_BEHIND, BALANCE, TERMS),
        implementation="generation.engine.llm.endpoint.texts:EndpointTexts",
        estimate=_phrases_cost,
        is_of_texts=True,
        asks_endpoint=True,
    ),
)

"""The cards of what makes sets of questions and tasks. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping

from generation.engine.parameters import Parameter, Value
from generation.engine.synthesizers.card import Estimate, SynthesizerCard

MAY_LEAVE, BY_ENDPOINT = "may_leave", "by_endpoint"
_PARSER_BYTES = 350_000_000


def _share(name: str, default: float, label: str, help_text: str) -> Parameter:
    return Parameter(name, "float", default, label, help_text, minimum=0, maximum=100)


_QUESTION_SHARES = (
    _share("single_hop", 55, "Single-hop, %", "One stretch of one passage answers it. Takes the place of what lacks."),
    _share("multi_hop", 8, "Multi-hop, %", "Two passages about one thing have to be read."),
    _share("comparison", 5, "Comparisons, %", "Two values of one kind are held against each other."),
    _share("unanswerable", 12, "Unanswerable, %", "It sounds right, and no document answers it: verified over all."),
    _share("adversarial", 12, "Adversarial, %", "Distractors, negations, typing errors, planted instructions."),
    _share("conversational", 8, "Conversational, %", "It needs the turn before to be understood."),
)
_STATEMENT = Parameter(
    MAY_LEAVE,
    "bool",
    False,
    "These documents may be released",
    "I state that these documents may be released to whoever gets the questions: passages and answers are stretches of "
    "them. The statement is recorded, and stands at the gate and on the card.",
)
_WORDING = Parameter(
    BY_ENDPOINT,
    "bool",
    False,
    "Worded by the endpoint",
    "The model behind your endpoint words each question anew, and is asked each without the documents. Questions and "
    "their passages are sent to it. Where its words fail a check, or none come, the template's stay.",
)


_WAYS = Parameter(
    "ways",
    "choice",
    "2",
    "Combinations held",
    "Every allowed combination of so many dimensions stands in at least one task. Three take several times as many.",
    choices=("2", "3"),
)


def _plain_cost(rows: int, columns: int, parameters: Mapping[str, Value]) -> Estimate:
    """Next to nothing: at most some tables of a few thousand rows are learned."""
    return Estimate(3 + rows / 1_000, 300_000_000 + rows * 2_000)


def _questions_cost(rows: int, columns: int, parameters: Mapping[str, Value]) -> Estimate:
    """Measured: 24 articles of 40 passages take 20 seconds, most of them to read the sentences."""
    return Estimate(3 + rows / 50, _PARSER_BYTES + rows * 20_000)


SET_CARDS = (
    SynthesizerCard(
        name="questions",
        title="Questions with exact answers",
        sentence="Asks about your documents: every answer is a stretch of a passage, and stands in that passage alone.",
        recommended_for=("knowledge_testing", "evaluation"),
        guarantee="Answers are exact stretches, unanswerable questions are absent from all documents, and no document "
        "gets over three times its share. Passages are source text: nothing about them is synthetic.",
        memorises="The minimised documents themselves: it is as sensitive as they are, and is deleted after the run. "
        "An endpoint's answers are kept sealed with the run.",
        parameters=(_STATEMENT, *_QUESTION_SHARES, _WORDING),
        implementation="generation.engine.llm.endpoint.questions:EndpointQuestions",
        estimate=_questions_cost,
        is_of_texts=True,
        endpoint_parameter=BY_ENDPOINT,
    ),
    SynthesizerCard(
        name="scenario_tasks",
        title="Tasks over a scenario matrix",
        sentence="Makes tasks that hold every allowed combination of two, or three, dimensions of your matrix.",
        recommended_for=("evaluation",),
        guarantee="Every allowed combination is held where enough tasks are asked for, quotas are kept, and the same "
        "seed gives the same bytes. Nothing comes from records of people.",
        memorises="The plan that you wrote.",
        parameters=(_WAYS,),
        implementation="generation.engine.llm.suites.synthesizer:ScenarioTasks",
        estimate=_plain_cost,
        is_of_texts=True,
    ),
    SynthesizerCard(
        name="agent_tasks",
        title="Agent tasks in a synthetic world",
        sentence="Makes users, a synthetic database, tools and an expected end state, under the rules you confirmed.",
        recommended_for=("evaluation",),
        guarantee="People are invented, keys are new, and learned columns are sampled by the table engine. A "
        "do-nothing agent and one that breaks a rule are run against every task as proof.",
        memorises="The domain, the policy and the synthetic database; no row of the tables that it learned from.",
        parameters=(),
        implementation="generation.engine.llm.agents.synthesizer:AgentTasks",
        estimate=_plain_cost,
        is_of_texts=True,
    ),
    SynthesizerCard(
        name="preference_pairs",
        title="Preference pairs as they are",
        sentence="Invents nothing: gives the minimised pairs, each once, whose two answers differ.",
        recommended_for=("fine_tuning",),
        guarantee="None of its own: what people wrote is redacted by the plan, measured, reviewed and released.",
        memorises="The minimised pairs themselves: it is as sensitive as they are, and is deleted after the run.",
        parameters=(),
        implementation="generation.engine.llm.pairs.synthesizer:PreferencePairs",
        estimate=_plain_cost,
        is_of_texts=True,
    ),
)

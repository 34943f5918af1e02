"""The evidence on a set as the portal keeps it: artefact and source in, metrics out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from generation.engine.evaluation.llm.sets.agents import agent_evidence
from generation.engine.evaluation.llm.sets.pairs import pair_evidence, plain_text
from generation.engine.evaluation.llm.sets.questions import question_evidence
from generation.engine.evaluation.llm.sets.suites import suite_evidence
from generation.engine.evaluation.metric import Findings, Metric, NotAssessable
from generation.engine.evaluation.study.study import Study
from generation.engine.kinds.tasks import PLAN
from generation.engine.llm.agents.synthesizer import world_and_suite
from generation.engine.llm.documents.passages import all_passages
from generation.engine.llm.documents.table import documents_of
from generation.engine.llm.pairs.table import LABELS as PAIR_LABELS
from generation.engine.llm.parts import part_of
from generation.engine.llm.questions.corpus import Corpus
from generation.engine.llm.questions.records import questions_of
from generation.engine.llm.suites.plan import read_plan
from generation.engine.llm.suites.records import suite_from
from generation.engine.progress import Progress


@dataclass(frozen=True)
class SetStudy:
    """What evidence on a set is made from: the minimised source and the set, each under its labels.

    `training` are texts of the portal that no record may overlap: of its artefacts for training, where the set is to
    test with, and of its sets to test with, where it is to train with. `real` are texts of the source whose
    records were edited.
    """

    source: pd.DataFrame
    made: pd.DataFrame
    parameters: Mapping[str, Any]
    progress: Progress
    training: Sequence[str] = field(default_factory=tuple)
    real: Sequence[str] = field(default_factory=tuple)

    @property
    def records(self) -> list[Any]:
        """The records of the set by label, None for what is missing."""
        return self.made.astype(object).where(self.made.notna(), None).to_dict("records")


def question_result(study: SetStudy) -> Sequence[Metric]:
    """Evidence on questions, measured on the documents that they were asked of."""
    study.progress("checking questions", 0, 1)
    documents, own = documents_of(study.source)
    corpus = Corpus(all_passages(documents))
    return question_evidence(questions_of(study.records), corpus, own=own, training=study.training)


def task_result(study: SetStudy) -> Sequence[Metric]:
    """Evidence on evaluation tasks, measured on the matrix of their plan."""
    study.progress("checking tasks", 0, 1)
    plan, ways = read_plan(part_of(study.source, PLAN)), int(str(study.parameters.get("ways", 2)))
    return suite_evidence(suite_from(study.records, plan.name), plan.matrix, ways=ways, training=study.training)


def agent_result(study: SetStudy) -> Sequence[Metric]:
    """Evidence on agent tasks: three agents are run against each of them."""
    study.progress("running three agents", 0, 1)
    world, suite = world_and_suite(study.records, "tasks")
    return agent_evidence(world.domain, world.database, suite, training=study.training)


def pair_result(study: SetStudy) -> Sequence[Metric]:
    """Evidence on preference pairs, measured on the source whose records were edited."""
    study.progress("checking pairs", 0, 1)
    pairs = [{name: str(record[name] or "") for name in PAIR_LABELS} for record in study.records]
    return pair_evidence(pairs, real=frozenset(map(plain_text, study.real)), tests=study.training)


def not_of_tables(study: Study) -> Findings:
    """What the suite of tables finds of a set: nothing, since it has another table than its source's."""
    raise NotAssessable("This is measured of questions and tasks, not of tables.")

"""Documents: handbooks, policies, pages. They become questions whose answers stand in them."""

from __future__ import annotations

from generation.engine.kinds.kind import MadeSet, SourceKind
from generation.engine.minimisation.treatments import TreatmentKind
from generation.engine.schema import ColumnSpec, Sdtype

STATEMENT = (
    "The passages and answers are stretches of these documents. I state that these documents may be released to "
    "whoever gets the questions."
)
QUESTION_COLUMNS = tuple(
    ColumnSpec(name, sdtype, label=name)
    for name, sdtype in (
        ("question", Sdtype.TEXT),
        ("answer", Sdtype.TEXT),
        ("contexts", Sdtype.TEXT),
        ("form", Sdtype.CATEGORICAL),
        ("answer_type", Sdtype.CATEGORICAL),
        ("before", Sdtype.TEXT),
        ("attack", Sdtype.TEXT),
        ("evidence", Sdtype.TEXT),
        ("id", Sdtype.ID),
    )
)
DOCUMENTS = SourceKind(
    "documents",
    "Documents",
    takes="documents: Markdown, text, HTML, PDF, DOCX or a ZIP archive of those",
    endings=(".md", ".markdown", ".txt", ".html", ".htm", ".pdf", ".docx", ".zip"),
    reader="generation.engine.llm.sources.documents:read_document_table",
    profiler="generation.engine.llm.documents.table:profile_documents",
    planner="generation.engine.llm.documents.table:plan_documents",
    treatments=frozenset({TreatmentKind.KEEP, TreatmentKind.DROP, TreatmentKind.REDACT}),
    synthesizers=frozenset({"questions"}),
    checks=frozenset({"question_set", "any_set"}),
    layout="question",
    needs_name=True,
    holds_out=False,
    makes=MadeSet(
        noun="questions",
        columns=QUESTION_COLUMNS,
        asked=100,
        evidence="generation.engine.evaluation.llm.sets.portal:question_result",
        exports="generation.engine.llm.exports.portal:question_files",
        tools="BEIR, ragas, AutoRAG and Inspect",
        purposes=frozenset({"knowledge_testing", "evaluation"}),
        statement=STATEMENT,
        hidden=frozenset({"evidence", "id"}),
        items=frozenset({"question"}),
        split_by="generation.engine.llm.exports.splitting:by_section",
        split_noun="section of a document",
    ),
)

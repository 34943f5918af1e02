"""Questions over passages as BEIR, ragas and AutoRAG read them.

Passages and answers are source text: whoever exports them has the owner's statement that these documents may leave.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from generation.engine.llm.canary import canary_of
from generation.engine.llm.documents.passages import Passage
from generation.engine.llm.exports.bundle import ANY, TEXT, TEXTS, Bundle, lines, note, record, schema_files
from generation.engine.llm.exports.splitting import parts_by_document
from generation.engine.llm.questions.question import Question

# What to answer where the documents hold no answer; AutoRAG and ragas need a text.
NO_ANSWER = "The documents do not answer this."
_CONTAINS = "Contains source passages: texts of the owner's documents, released under the owner's statement."

BEIR_SCHEMAS = {
    "corpus": record({"_id": TEXT, "title": TEXT, "text": TEXT, "metadata": ANY}),
    "queries": record({"_id": TEXT, "text": TEXT, "metadata": ANY}),
}
RAGAS_SCHEMAS = {
    "ragas": record({"user_input": TEXT, "reference": TEXT, "reference_contexts": TEXTS}),
    "ragas_conversations": record(
        {
            "user_input": {"type": "array", "items": record({"content": TEXT, "type": {"enum": ["human", "ai"]}})},
            "reference": TEXT,
        }
    ),
}
AUTORAG_SCHEMAS = {
    "qa": record(
        {
            "qid": TEXT,
            "query": TEXT,
            "retrieval_gt": {"type": "array", "items": TEXTS},
            "generation_gt": TEXTS,
            "metadata": ANY,
        }
    ),
    "corpus": record({"doc_id": TEXT, "contents": TEXT, "metadata": ANY}),
}


def beir(questions: Sequence[Question], passages: Sequence[Passage], name: str, *, in_parts: bool = False) -> Bundle:
    """BEIR (Thakur and others 2021): corpus, queries, qrels. Unanswerable questions have no row in the qrels.

    The corpus holds all `passages`, those that nobody is asked about too. `in_parts`: the qrels are cut into train, dev
    and test, and no document that a question needs stands in two of them.
    """
    canary = canary_of(name)
    corpus = (
        {"_id": one.id, "title": one.title, "text": one.text, "metadata": _about_passage(one)} for one in passages
    )
    queries = (
        {"_id": one.id, "text": asked(one), "metadata": about_question(one) | {"canary": canary}} for one in questions
    )
    needed = [{piece.document for piece in one.evidence} for one in questions]
    parts = parts_by_document(needed) if in_parts else ["test"] * len(questions)
    return {
        "corpus.jsonl": lines(corpus),
        "queries.jsonl": lines(queries),
        **{f"qrels/{part}.tsv": _qrels(questions, parts, part) for part in dict.fromkeys(["test", *parts])},
        **schema_files(BEIR_SCHEMAS),
        **note("Retrieval questions (BEIR)", [_CONTAINS], canary),
    }


def ragas(questions: Sequence[Question], passages: Sequence[Passage], name: str) -> Bundle:
    """ragas: samples of one turn, and conversations apart, since a data set of ragas holds one kind."""
    texts = {passage.id: passage.text for passage in passages}
    single = (
        {
            "user_input": one.text,
            "reference": expected(one),
            "reference_contexts": [texts[passage] for passage in relevant(one)],
        }
        for one in questions
        if not one.turns
    )
    several = ({"user_input": _messages(one), "reference": expected(one)} for one in questions if one.turns)
    return {
        "ragas.jsonl": lines(single),
        "ragas_conversations.jsonl": lines(several),
        **schema_files(RAGAS_SCHEMAS),
        **note("Questions (ragas)", [_CONTAINS], canary_of(name)),
    }


def autorag(questions: Sequence[Question], passages: Sequence[Passage], name: str) -> Bundle:
    """AutoRAG: qa and corpus as Parquet. Two passages that are both needed are two lists (and, not or).

    Unanswerable questions stand in a file of their own: AutoRAG scores retrieval for every row.
    """
    canary = canary_of(name)
    corpus = [{"doc_id": one.id, "contents": one.text, "metadata": _about_passage(one)} for one in passages]
    rows = [_autorag_row(one, canary) for one in questions]
    return {
        "qa.parquet": _parquet([row for row in rows if row["retrieval_gt"]], _QA),
        "qa_unanswerable.parquet": _parquet([row for row in rows if not row["retrieval_gt"]], _QA),
        "corpus.parquet": _parquet(corpus, _CORPUS),
        **schema_files(AUTORAG_SCHEMAS),
        **note("Questions (AutoRAG)", [_CONTAINS], canary),
    }


def asked(question: Question) -> str:
    """The whole of what is asked, turns before included, as one text."""
    before = [part for turn in question.turns for part in (turn.question, turn.answer)]
    return " ".join([*before, question.text])


def expected(question: Question) -> str:
    """What a right answer says."""
    if not question.is_answerable:
        return NO_ANSWER
    return f"{question.verdict.capitalize()}. {question.answer}" if question.verdict else question.answer


def relevant(question: Question) -> list[str]:
    """The passages that have to be read, each once; none for a question without an answer."""
    return list(dict.fromkeys(piece.passage for piece in question.evidence)) if question.is_answerable else []


def about_question(question: Question) -> dict[str, Any]:
    """What else is known of a question: form, kind of answer, offsets, turns, persona, attack."""
    return {
        "answer": question.answer,
        "is_answerable": question.is_answerable,
        "form": question.form.value,
        "answer_type": question.kind.value,
        "verdict": question.verdict,
        "evidence": [
            {"passage": one.passage, "document": one.document, "start": one.start, "end": one.end}
            for one in question.evidence
        ],
        "turns": [{"question": turn.question, "answer": turn.answer} for turn in question.turns],
        "persona": question.persona,
        "attack": question.attack,
        "forbidden": question.forbidden,
        "distractors": list(question.distractors),
        "absent": question.absent,
    }


def _about_passage(passage: Passage) -> dict[str, Any]:
    return {
        "document": passage.document,
        "section": list(passage.section),
        "start": passage.start,
        "end": passage.end,
        "page": passage.page,
    }


def _qrels(questions: Sequence[Question], parts: Sequence[str], part: str) -> bytes:
    own = (question for question, of in zip(questions, parts, strict=True) if of == part)
    rows = (f"{question.id}\t{passage}\t1" for question in own for passage in relevant(question))
    return ("\n".join(["query-id\tcorpus-id\tscore", *rows]) + "\n").encode()


def _messages(question: Question) -> list[dict[str, str]]:
    found = []
    for turn in question.turns:
        found += [{"content": turn.question, "type": "human"}, {"content": turn.answer, "type": "ai"}]
    return [*found, {"content": question.text, "type": "human"}]


def _autorag_row(question: Question, canary: str) -> dict[str, Any]:
    about = about_question(question)
    kept = {name: about[name] for name in ("form", "answer_type", "is_answerable", "persona", "attack", "absent")}
    return {
        "qid": question.id,
        "query": asked(question),
        "retrieval_gt": [[passage] for passage in relevant(question)],
        "generation_gt": [expected(question)],
        "metadata": kept | {"canary": canary},
    }


_QA = pa.schema(
    [
        ("qid", pa.string()),
        ("query", pa.string()),
        ("retrieval_gt", pa.list_(pa.list_(pa.string()))),
        ("generation_gt", pa.list_(pa.string())),
        (
            "metadata",
            pa.struct(
                [
                    ("form", pa.string()),
                    ("answer_type", pa.string()),
                    ("is_answerable", pa.bool_()),
                    ("persona", pa.string()),
                    ("attack", pa.string()),
                    ("absent", pa.string()),
                    ("canary", pa.string()),
                ]
            ),
        ),
    ]
)
_CORPUS = pa.schema(
    [
        ("doc_id", pa.string()),
        ("contents", pa.string()),
        (
            "metadata",
            pa.struct(
                [
                    ("document", pa.string()),
                    ("section", pa.list_(pa.string())),
                    ("start", pa.int64()),
                    ("end", pa.int64()),
                    ("page", pa.int64()),
                ]
            ),
        ),
    ]
)


def _parquet(rows: Sequence[Mapping[str, Any]], schema: pa.Schema) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(rows), schema=schema), sink)
    return sink.getvalue()

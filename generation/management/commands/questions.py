"""Ask questions over documents whose answers are exact stretches of them. No database is needed."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from generation.management.sets_command import SetsCommand, below

FORMATS = ("beir", "ragas", "autorag", "inspect")


class Command(SetsCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "files", nargs="+", type=Path, metavar="FILE", help="Markdown, text, HTML, PDF, DOCX, or a zip of those"
        )
        super().add_arguments(parser)
        parser.add_argument("--format", nargs="+", choices=FORMATS, default=["beir"], help="for which tools (beir)")
        parser.add_argument(
            "--parts", action="store_true",
            help="BEIR: cut what is relevant into train, dev and test, with no document in two of them",
        )  # fmt: skip
        parser.add_argument(
            "--own", type=Path, metavar="FILE",
            help="real questions, one a line, the answer behind a tab where known: ours are measured beside them, and "
            "none is repeated",
        )  # fmt: skip
        parser.add_argument(
            "--redact", default="", metavar="KINDS",
            help="kinds of personal data to take out of the documents first, as PERSON,EMAIL_ADDRESS",
        )  # fmt: skip

    def make(self, options: dict[str, Any]) -> None:
        # Imported here: they load a parser, which no other command needs.
        from generation.engine.evaluation.llm.sets.questions import question_evidence
        from generation.engine.llm.documents.passages import all_passages
        from generation.engine.llm.questions.asking import ask_questions
        from generation.engine.llm.questions.corpus import Corpus

        documents, unread = _documents(options["files"])
        taken_out: dict[str, int] = {}
        if options["redact"]:
            from generation.engine.llm.documents.treated import treated

            documents, taken_out = treated(documents, frozenset(options["redact"].split(",")))
        own = options["own"].read_text(encoding="utf-8").splitlines() if options["own"] else []
        made = ask_questions(documents, options["count"], seed=options["seed"], own=own)
        corpus = Corpus(all_passages(documents))
        evidence = question_evidence(made.questions, corpus, own=own, training=self.training(options))
        figures = {"documents": len(documents), "not_read": unread, "taken_out": taken_out, "asked": made.asked}
        figures |= {"delivered": made.delivered, "forms": made.forms(), "answers": made.kinds()}
        figures |= {"missing": made.shortfall, "short_forms": made.short_forms, "left_out": made.rejected}
        figures |= {"notes": list(made.notes)}
        files = _files(made.questions, corpus.passages, options["format"], in_parts=options["parts"])
        self.report(figures, evidence, files, options)


def _documents(paths: list[Path]) -> tuple[list[Any], list[str]]:
    """The documents of the files, and a sentence for each file that gave none or was read in part."""
    from generation.engine.llm.documents.document import Document
    from generation.engine.llm.documents.reading import read_documents

    documents, unread = [], []
    for path in paths:
        with path.open("rb") as file:
            for one in read_documents(file, path.name):
                if isinstance(one, Document):
                    documents.append(one)
                    unread += [f"{one.name}: {note}" for note in one.notes]
                else:
                    unread.append(f"{one.name}: {one.sentence}")
    return documents, unread


def _files(questions: Any, passages: Any, formats: list[str], *, in_parts: bool) -> dict[str, bytes]:
    from generation.engine.llm.documents.document import digest
    from generation.engine.llm.exports.evaluation import inspect_questions
    from generation.engine.llm.exports.retrieval import autorag, beir, ragas

    name = digest(*(question.id for question in questions))
    makers = {
        "beir": lambda: beir(questions, passages, name, in_parts=in_parts),
        "ragas": lambda: ragas(questions, passages, name),
        "autorag": lambda: autorag(questions, passages, name),
        "inspect": lambda: inspect_questions(questions, name),
    }
    return {path: data for one in formats for path, data in below(one, makers[one]()).items()}

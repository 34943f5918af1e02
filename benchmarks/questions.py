"""Questions over documents: are there as many as were asked, grounded, spread, and worded unlike their passages?

    python benchmarks/questions.py [FILE ...] [--count 300] [--seed N] [--json FILE|-] [--show N] [--made-pdf]

Files are documents (Markdown, text, HTML, PDF, DOCX, zip) or a JSON file in the form of SQuAD, whose articles become
plain text documents (paragraphs with blank lines between them) and whose real questions are measured beside ours:
the same overlap (share of content words that stand in the gold passage, median), the same BM25 over the same passages.
Left out: ../shared/data/documents/xquad_half.json. `--made-pdf` prints a handbook with a list and a table to PDF with
Chromium and asks about that.
"""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from generation.engine.llm.documents.document import Document  # noqa: E402
from generation.engine.llm.documents.passages import all_passages  # noqa: E402
from generation.engine.llm.documents.reading import read_documents  # noqa: E402
from generation.engine.llm.questions.asking import ask_questions  # noqa: E402
from generation.engine.llm.questions.corpus import Corpus  # noqa: E402
from generation.engine.llm.questions.figures import measured, wording_of  # noqa: E402
from generation.engine.llm.questions.question import Question, counted  # noqa: E402

XQUAD = ROOT.parent / "shared" / "data" / "documents" / "xquad_half.json"
HANDBOOK = ROOT / "docs" / "examples" / "travel-handbook.html"


def read(path: Path) -> tuple[list[Document], list[tuple[str, str, str]]]:
    """The documents of a file, and real questions as (document's name, question, answer)."""
    if path.suffix != ".json":
        with path.open("rb") as file:
            found = list(read_documents(file, path.name))
        for unread in [one for one in found if not isinstance(one, Document)]:
            print(f"{unread.name}: {unread.sentence}", file=sys.stderr)
        return [one for one in found if isinstance(one, Document)], []
    documents, real = [], []
    for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
        name = f"{article['title']}.txt"
        text = "\n\n".join(paragraph["context"] for paragraph in article["paragraphs"])
        documents += [one for one in read_documents(io.BytesIO(text.encode()), name) if isinstance(one, Document)]
        for paragraph in article["paragraphs"]:
            real += [
                (paragraph["context"], asked["question"], asked["answers"][0]["text"]) for asked in paragraph["qas"]
            ]
    return documents, real


def beside(real: list[tuple[str, str, str]], corpus: Corpus) -> dict[str, Any]:
    """The figures of the real questions, over the passages that hold their answer."""
    pairs = []
    for context, question, answer in real:
        flat = " ".join(context.split())
        own = [p.id for p in corpus.passages if answer in p.text and (p.text in flat or flat in p.text)]
        pairs += [(question, own[0])] if own else []
    wording = wording_of(pairs, corpus)
    words = sorted(len(question.split()) for _, question, _ in real)
    return {
        "n": wording.n,
        "overlap_median": wording.overlap_median,
        "rank1": wording.rank1,
        "rank10": wording.rank10,
        "words_median": words[len(words) // 2],
        "duplicates": len(real) - len({question.lower() for _, question, _ in real}),
    }


def made_pdf(folder: Path) -> Path:
    """The handbook, printed."""
    path = folder / "handbook.pdf"
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    subprocess.run(["chromium", *flags, f"--print-to-pdf={path}", str(HANDBOOK)], check=True, capture_output=True)
    return path


def asked(paths: list[Path], count: int, seed: int) -> tuple[dict[str, Any], tuple[Question, ...]]:
    documents: list[Document] = []
    real: list[tuple[str, str, str]] = []
    for path in paths:
        more, questions = read(path)
        documents += more
        real += questions
    began = time.perf_counter()
    made = ask_questions(documents, count, seed=seed, own=[question for _, question, _ in real])
    seconds = time.perf_counter() - began
    corpus = Corpus(all_passages(documents))
    facts = {"asked": count, "delivered": made.delivered, "seconds": round(seconds, 1)} | measured(
        made.questions, corpus
    )
    facts |= {"forms": made.forms(), "answer_types": made.kinds(), "shortfall": made.shortfall}
    facts["personas"] = counted([question.persona for question in made.questions])
    facts["attacks"] = dict(Counter(question.attack for question in made.questions if question.attack))
    facts |= {"short_forms": made.short_forms, "rejected": made.rejected}
    facts["unanswerable_in_corpus"] = sum(not corpus.is_absent(q.absent) for q in made.questions if q.absent)
    if real:
        facts["real"] = beside(real, corpus)
    return facts, made.questions


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", default="")
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--made-pdf", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = [made_pdf(Path(folder))] if args.made_pdf else args.files or [XQUAD]
        facts, questions = asked(files, args.count, args.seed)
    for question in questions[: args.show]:
        turns = "".join(f"({turn.question} {turn.answer}) " for turn in question.turns)
        print(f"[{question.form.value}, {question.kind.value}] {turns}{question.text} -> {question.answer or '(none)'}")
    text = json.dumps(facts, indent=2, ensure_ascii=False)
    if args.json not in ("", "-"):
        Path(args.json).write_text(text + "\n", encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()

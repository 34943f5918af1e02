"""Every sentence of the product, collected from templates and code: what people read, in one file to be reviewed.

python -m tests.docs.sentences > tests/data/sentences.txt
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "tests/data/sentences.txt"
COMMENT = re.compile(r"\{#.*?#\}|\{% comment.*?%\}.*?\{% endcomment %\}|<script.*?</script>|<svg.*?</svg>", re.DOTALL)
INLINE = re.compile(r"</?(?:a|abbr|b|code|em|i|kbd|span|strong)\b[^>]*>")
TAG = re.compile(r"<[^>]+>")
BLOCK = re.compile(r"\{%.*?%\}", re.DOTALL)
VALUE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
ENOUGH_WORDS = 4
# Where people read nothing: what is trained, what only programs say, examples of data.
SILENT = ("generation/engine/pii/", "generation/engine/llm/", "generation/demo/", "migrations/", "management/")
LOOKS_LIKE_SENTENCE = re.compile(r"[A-Z][^\n]*[a-z][^\n]*[.?:]$", re.DOTALL)


def of_templates() -> Iterator[str]:
    """Texts between the tags, values as "...", a line each."""
    for path in sorted((ROOT / "templates").rglob("*.html")):
        text = INLINE.sub("", VALUE.sub("...", BLOCK.sub("\n", COMMENT.sub("\n", path.read_text()))))
        for piece in TAG.split(text):
            for paragraph in re.split(r"\n\s*\n", piece):
                words = " ".join(paragraph.split())
                if len(re.findall(r"[A-Za-z]{2,}", words)) >= ENOUGH_WORDS:
                    yield words


def of_code() -> Iterator[str]:
    """Strings that read as sentences, docstrings left out, values as "..."."""
    for app in ("synthportal", "generation", "reviews"):
        for path in sorted((ROOT / app).rglob("*.py")):
            if not any(part in str(path.relative_to(ROOT)) for part in SILENT):
                yield from _strings(ast.parse(path.read_text()))


def _strings(tree: ast.AST) -> Iterator[str]:
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    inside: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            inside |= {id(part) for part in ast.walk(node) if part is not node}
    for node in ast.walk(tree):
        words = "" if id(node) in told or id(node) in inside else _words(node)
        if len(words.split()) >= ENOUGH_WORDS and LOOKS_LIKE_SENTENCE.match(words):
            yield words


def _words(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return " ".join(node.value.split())
    if isinstance(node, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.Constant) else "..." for part in node.values]
        return " ".join("".join(map(str, parts)).split())
    return ""


def collected() -> list[str]:
    """Each once, in alphabetical order, so that moving a sentence changes nothing."""
    return sorted({*of_templates(), *of_code()})


if __name__ == "__main__":
    print("\n".join(collected()))

"""What a benchmark found, as JSON: `--json FILE`, `--json -` for standard output."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any, TextIO


def offer_json(parser: argparse.ArgumentParser) -> None:
    """The option, alone or with a file."""
    parser.add_argument("--json", metavar="FILE", nargs="?", const="-", default="", help="- for standard output")


def told_on(where: str) -> TextIO:
    """Where lines for people go: beside standard output, where the figures go there."""
    return sys.stderr if where == "-" else sys.stdout


def write_json(where: str, found: Any) -> None:
    """The figures, if they were asked for."""
    if where == "-":
        print(json.dumps(found))
    elif where:
        Path(where).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")

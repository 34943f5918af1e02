"""`python -m generation.engine.scan FILE ...`: the scan where no Django is installed, as in a pre-commit hook."""

from __future__ import annotations

import sys
from argparse import ArgumentParser

from generation.engine.scan.command import HELP, add_arguments, run


def main() -> int:
    """The exit status of a scan of what the command line names."""
    parser = ArgumentParser(prog="python -m generation.engine.scan", description=HELP)
    add_arguments(parser)
    return run(vars(parser.parse_args()), _out, _err)


def _out(line: str) -> None:
    sys.stdout.write(line + "\n")


def _err(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())

"""A model server on this machine, as a process of its own."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.generation.engine.llm.questions.conftest import corpus, documents

__all__ = ["corpus", "documents"]  # the small house of documents, for questions that an endpoint words


@dataclass(frozen=True)
class Served:
    """A running model server: its address, and what it was asked."""

    url: str
    log: Path

    def asked(self) -> list[dict[str, str]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.exists() else []


@contextmanager
def serving(folder: Path, *flags: str) -> Iterator[Served]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = folder / "asked.jsonl"
    program = str(Path(__file__).parent / "server.py")
    server = subprocess.Popen([sys.executable, program, str(port), str(log), *flags])
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield Served(f"http://127.0.0.1:{port}/v1", log)
    finally:
        server.kill()
        server.wait()


@pytest.fixture
def model_server(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Start a model server; `model_server("--faults")` one that fails."""
    running = []

    def start(*flags: str) -> Served:
        running.append(serving(tmp_path, *flags))
        return running[-1].__enter__()

    yield start
    for server in running:
        server.__exit__(None, None, None)

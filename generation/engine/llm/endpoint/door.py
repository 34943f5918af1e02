"""What is asked of an endpoint and what it answers: values without a network. Standard library only."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

HIGHEST_TEMPERATURE = 2.0


class Failure(StrEnum):
    """Why a prompt has no answer, as words that go on after "so many were given up: "."""

    BUDGET = "the budget of tokens was spent"
    BUSY = "the endpoint was too busy"
    DOWN = "the endpoint failed"
    LATE = "the endpoint took too long"
    FORM = "the answer had another form than asked"
    REFUSED = "the endpoint refused the request"
    ENDED = "not asked, since nothing had come back before"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where and how is asked. `tokens` is the budget of one run, `seconds` how long one answer may take as a whole."""

    url: str
    model: str
    key: str = field(default="", repr=False)
    tokens: int = 2_000_000
    seconds: float = 60.0
    concurrency: int = 4
    temperature: float = 0.9

    def __post_init__(self) -> None:
        if not self.url.startswith(("http://", "https://")):
            raise ValueError("The address of an endpoint starts with https:// or http://.")


@dataclass(frozen=True, slots=True)
class Prompt:
    """One thing to ask: what the model is, what it shall write, and the JSON Schema of its answer."""

    system: str
    user: str
    schema: Mapping[str, Any]
    seed: int

    def body(self, endpoint: Endpoint, fault: str = "") -> dict[str, Any]:
        """The request; `fault` says what was wrong with the answer before."""
        said = f"{self.user}\n\nYour last answer could not be used: {fault}" if fault else self.user
        return {
            "model": endpoint.model,
            "messages": [{"role": "system", "content": self.system}, {"role": "user", "content": said}],
            "temperature": endpoint.temperature,
            "seed": self.seed,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "answer", "strict": True, "schema": dict(self.schema)},
            },
        }


def digest_of(body: Mapping[str, Any]) -> str:
    """The SHA-256 of a request: what was answered to it is not asked again."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Told:
    """What the endpoint said to one request, in tokens too."""

    content: str
    tokens: int


class Record(Protocol):
    """What was answered, by the request's digest: kept as it comes, so that a killed run goes on where it stood."""

    def told(self, digest: str) -> Told | None:
        """What was answered before, None where nothing was; called from any thread."""
        ...

    def keep(self, digest: str, told: Told) -> None:
        """Keep an answer; called by the thread that asked."""
        ...

    def spent(self) -> int:
        """Tokens of all kept answers."""
        ...


@dataclass(slots=True)
class InMemory:
    """A record for a notebook or a test."""

    kept: dict[str, Told] = field(default_factory=dict)

    def told(self, digest: str) -> Told | None:
        return self.kept.get(digest)

    def keep(self, digest: str, told: Told) -> None:
        self.kept[digest] = told

    def spent(self) -> int:
        return sum(told.tokens for told in self.kept.values())


@dataclass(frozen=True, slots=True)
class Answers:
    """What came of prompts, in their order, None where nothing did; why, and what the endpoint said last."""

    found: tuple[dict[str, Any] | None, ...]
    failures: Mapping[Failure, int]
    words: str = ""

    @property
    def why(self) -> str:
        """The failures in words; "" where there are none."""
        return ", ".join(f"{count:,}: {failure}" for failure, count in Counter(self.failures).most_common() if count)


class Asker(Protocol):
    """What answers prompts."""

    def ask(self, prompts: list[Prompt]) -> Answers:
        """Every prompt's answer, of the form its schema asks for."""
        ...


@runtime_checkable
class Connected(Protocol):
    """A model that asks an endpoint when it samples: it is given one first."""

    def connect(self, asker: Asker) -> None:
        """Who answers its prompts."""
        ...

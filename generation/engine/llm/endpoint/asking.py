"""Prompts to an endpoint over HTTP: answers checked, asked again in words, retried, steered, bounded and recorded."""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import Any

import httpx
from jsonschema import Draft202012Validator

from generation.engine.llm.endpoint.door import Answers, Endpoint, Failure, Prompt, Record, Told, digest_of
from generation.engine.llm.endpoint.steering import Steering
from generation.engine.progress import Progress, silent

RE_ASKS, RETRIES = 2, 4
KEPT_EVERY = 0.05
MOST_BYTES = 1 << 20
MOST_WORDS = 200
PASSING = frozenset({408, 500, 502, 503, 504})
FIRST_WAIT, LONGEST_WAIT = 0.25, 30.0
CHARACTERS_A_TOKEN = 4


class _Given(Exception):
    """A prompt is given up."""

    def __init__(self, failure: Failure, words: str = "") -> None:
        super().__init__(failure)
        self.failure, self.words = failure, words


class HttpAsker:
    """Asks one endpoint, and no other address: no proxy of the environment, no redirect is followed."""

    def __init__(
        self,
        endpoint: Endpoint,
        record: Record,
        *,
        progress: Progress = silent,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.endpoint, self.record, self.progress, self.sleep = endpoint, record, progress, sleep
        self.steering = Steering(endpoint.concurrency)
        self.requests = 0
        self._came: SimpleQueue[tuple[str, Told]] = SimpleQueue()
        self._spent, self._lock, self._chance = record.spent(), threading.Lock(), random.Random(0)  # noqa: S311

    def ask(self, prompts: list[Prompt]) -> Answers:
        """See `Asker.ask`. What is in the record is not asked again."""
        failures, words, done = Counter[Failure](), [""], [0]

        def one(prompt: Prompt) -> dict[str, Any] | None:
            try:
                return self._answer(prompt)
            except _Given as given:
                with self._lock:
                    failures[given.failure] += 1
                    words[0] = given.words or words[0]
                return None
            finally:
                with self._lock:
                    done[0] += 1

        with self._connected(), ThreadPoolExecutor(self.endpoint.concurrency) as pool:
            asked = [pool.submit(one, prompt) for prompt in prompts]
            while wait(asked, timeout=KEPT_EVERY).not_done:
                self._keep_answers()
                self.progress("asking the endpoint", done[0], len(prompts))
        self._keep_answers()
        self.progress("asking the endpoint", len(prompts), len(prompts))
        return Answers(tuple(one.result() for one in asked), dict(failures), words[0])

    def _keep_answers(self) -> None:
        """What came meanwhile goes into the record, by the thread that asked for it."""
        with suppress(Empty):
            while True:
                self.record.keep(*self._came.get_nowait())

    @property
    def host(self) -> str:
        """Whom it asks, without user or path."""
        return httpx.URL(self.endpoint.url).host

    @contextmanager
    def _connected(self) -> Iterator[None]:
        key = self.endpoint.key
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        timeout = httpx.Timeout(self.endpoint.seconds, connect=10.0)
        with httpx.Client(headers=headers, timeout=timeout, trust_env=False, follow_redirects=False) as self._client:
            yield

    def _answer(self, prompt: Prompt) -> dict[str, Any]:
        """The answer in the form asked for, asked again with what was wrong at most twice."""
        fault = ""
        for _ in range(1 + RE_ASKS):
            body = prompt.body(self.endpoint, fault)
            digest = digest_of(body)
            told = self.record.told(digest) or self._asked(body, digest)
            found, fault = _checked(told.content, prompt)
            if found is not None:
                return found
        raise _Given(Failure.FORM)

    def _asked(self, body: dict[str, Any], digest: str) -> Told:
        """The endpoint's answer, kept before it is used. What passes by itself is tried again after a while."""
        pause, given = FIRST_WAIT, _Given(Failure.DOWN)
        for _ in range(1 + RETRIES):
            if self._spent >= self.endpoint.tokens:
                raise _Given(Failure.BUDGET)
            try:
                told = self._sent(body)
            except _Given as passing:
                given = passing
                if passing.failure is Failure.REFUSED:
                    raise
                self.sleep(pause * self._jitter())
                pause = min(2 * pause, LONGEST_WAIT)
                continue
            self._came.put((digest, told))
            with self._lock:
                self._spent += told.tokens
            self.steering.answered()
            return told
        raise given

    def _jitter(self) -> float:
        with self._lock:
            return 0.5 + self._chance.random()

    def _sent(self, body: dict[str, Any]) -> Told:
        """One request. The whole answer must be there in time: an endpoint that drips is late."""
        with self.steering.passage():
            until = time.monotonic() + self.endpoint.seconds
            with self._lock:
                self.requests += 1
            try:
                with self._client.stream("POST", f"{self.endpoint.url.rstrip('/')}/chat/completions", json=body) as got:
                    content = _read(got, until)
            except httpx.TimeoutException:
                raise _Given(Failure.LATE) from None
            except httpx.HTTPError as error:
                raise _Given(Failure.DOWN, type(error).__name__) from None
        if got.status_code == httpx.codes.TOO_MANY_REQUESTS:
            self.steering.busy(_seconds(got.headers.get("Retry-After", "")))
            raise _Given(Failure.BUSY, self._words(content))
        if got.status_code != httpx.codes.OK:
            is_passing = got.status_code in PASSING
            raise _Given(Failure.DOWN if is_passing else Failure.REFUSED, self._words(content) or str(got.status_code))
        return _told(content, body)

    def _words(self, content: bytes) -> str:
        """What the endpoint says is wrong, without the key."""
        try:
            said = json.loads(content)["error"]
        except (ValueError, KeyError, TypeError):
            return ""
        words = str(said.get("message", "") if isinstance(said, dict) else said)[:MOST_WORDS]
        return words.replace(self.endpoint.key, "...") if self.endpoint.key else words


def _read(response: httpx.Response, until: float) -> bytes:
    found = bytearray()
    for piece in response.iter_bytes():
        found += piece
        if time.monotonic() > until or len(found) > MOST_BYTES:
            raise _Given(Failure.LATE)
    return bytes(found)


def _told(content: bytes, body: dict[str, Any]) -> Told:
    """What the model said. An answer that is cut off says nothing and was not counted: it is asked for again."""
    try:
        found = json.loads(content)
        said = str(found["choices"][0]["message"]["content"] or "")
    except (ValueError, KeyError, IndexError, TypeError):
        raise _Given(Failure.FORM) from None
    usage = found.get("usage") or {}
    guess = (len(json.dumps(body)) + len(said)) // CHARACTERS_A_TOKEN
    total = usage.get("total_tokens") if isinstance(usage, dict) else None
    return Told(said, total if isinstance(total, int) and total > 0 else guess)


def _checked(content: str, prompt: Prompt) -> tuple[dict[str, Any] | None, str]:
    """(the answer, "") or (None, what is wrong with it)."""
    text = content.strip().removeprefix("```json").removeprefix("```").removesuffix("```")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None, "it was no JSON."
    errors = list(Draft202012Validator(dict(prompt.schema)).iter_errors(found))
    if not isinstance(found, dict) or errors:
        return None, f"it did not fit the schema at {errors[0].json_path if errors else '$'}."
    return found, ""


def _seconds(retry_after: str) -> float:
    try:
        return min(max(0.0, float(retry_after)), LONGEST_WAIT)
    except ValueError:
        return 0.0

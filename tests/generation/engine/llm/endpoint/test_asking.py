"""What is asked of an endpoint over HTTP is answered in the form asked for, or said to lack in words."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from generation.engine.llm.endpoint.asking import HttpAsker
from generation.engine.llm.endpoint.door import Endpoint, Failure, InMemory, Prompt
from generation.engine.llm.endpoint.prompts import SYSTEM, TEXT_SCHEMA
from generation.engine.llm.endpoint.steering import Steering

QUICK = {"seconds": 2.5, "concurrency": 12}
HERE = Path(__file__).parent


def prompts(count):
    return [Prompt(SYSTEM, f"- where is card {number} of mine today\n", TEXT_SCHEMA, number) for number in range(count)]


def test_every_prompt_is_answered_in_its_form_by_a_server_that_fails_in_every_way(model_server):
    served = model_server("--faults")
    asker = HttpAsker(Endpoint(served.url, "m", **QUICK), InMemory(), sleep=lambda seconds: time.sleep(seconds / 20))
    answers = asker.ask(prompts(70))
    became = Counter(asked["became"] for asked in served.asked())
    assert {"429", "500", "late", "drip", "cut", "form", "words"} <= became.keys()
    assert [place for place, answer in enumerate(answers.found) if answer is None] == [], answers.why
    assert all(set(answer) == {"text"} for answer in answers.found)


def test_what_is_recorded_is_replayed_without_a_request(model_server):
    served, record = model_server(), InMemory()
    first = HttpAsker(Endpoint(served.url, "m", **QUICK), record).ask(prompts(30))
    asked = len(served.asked())
    assert HttpAsker(Endpoint(served.url, "m", **QUICK), record).ask(prompts(30)) == first
    assert len(served.asked()) == asked == 30


def test_the_budget_of_tokens_ends_the_asking_and_says_so(model_server):
    served = model_server()
    answers = HttpAsker(Endpoint(served.url, "m", tokens=500, concurrency=1), InMemory()).ask(prompts(40))
    assert sum(answer is not None for answer in answers.found) == 10
    assert answers.failures == {Failure.BUDGET: 30}
    assert answers.why == "30: the budget of tokens was spent"


def test_an_endpoint_that_nobody_runs_gives_no_answer_and_a_reason():
    asker = HttpAsker(Endpoint("http://127.0.0.1:9/v1", "m", seconds=0.5), InMemory(), sleep=lambda _: None)
    answers = asker.ask(prompts(3))
    assert answers.found == (None, None, None)
    assert answers.failures == {Failure.DOWN: 3}
    assert answers.words == "ConnectError"


def test_the_key_is_sent_and_stands_in_no_word_of_it(model_server):
    endpoint = Endpoint(model_server().url, "m", key="sk-secret", **QUICK)
    assert "sk-secret" not in repr(endpoint)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://host/v1", ""])
def test_only_web_addresses_are_endpoints(url):
    with pytest.raises(ValueError, match="https://"):
        Endpoint(url, "m")


def test_too_many_requests_make_it_three_quarters_and_a_row_of_answers_one_more():
    steering = Steering(8)
    steering.busy(0)
    assert steering.limit == 6
    for _ in range(50):
        steering.answered()
    assert steering.limit == 8


ASKING = """
import sys
sys.path[:0] = [{root!r}]
from generation.engine.llm.endpoint.asking import HttpAsker
from generation.engine.llm.endpoint.door import Endpoint, Told
from tests.generation.engine.llm.endpoint.test_asking import prompts
class OnDisk:
    def __init__(self, path):
        self.path, self.kept = path, dict()
        for line in open(path, "a+") and open(path):
            digest, tokens, content = line.rstrip("\\n").split("\\t", 2)
            self.kept[digest] = Told(content, int(tokens))
    def told(self, digest): return self.kept.get(digest)
    def spent(self): return 0
    def keep(self, digest, told):
        with open(self.path, "a") as file: file.write(f"{{digest}}\\t{{told.tokens}}\\t{{told.content}}\\n")
asker = HttpAsker(Endpoint({url!r}, "m", concurrency=4), OnDisk({path!r}))
answers = asker.ask(prompts(500))
print(sum(answer is not None for answer in answers.found))
"""


def test_killed_twice_on_the_way_nothing_that_was_kept_is_asked_again(model_server, tmp_path):
    served, kept = model_server(), tmp_path / "kept.tsv"
    program = ASKING.format(root=str(Path.cwd()), url=served.url, path=str(kept))
    known = set()
    for ends in (100, 250, None):
        before = len(served.asked())
        asking = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
        while ends and asking.poll() is None and len(served.asked()) < ends:
            time.sleep(0.01)
        if ends:
            os.kill(asking.pid, signal.SIGKILL)
        said, _ = asking.communicate()
        again = {one["digest"] for one in served.asked()[before:]} & known
        assert not again
        known = {line.split("\t")[0] for line in kept.read_text().splitlines() if line.count("\t") == 2}
    assert said.strip() == "500"
    assert len(served.asked()) < 500 + 2 * 60

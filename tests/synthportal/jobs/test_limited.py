"""A limited child: its limits hold, and what it gives is the same whether it was spawned, as shipped, or forked."""

from __future__ import annotations

import os
import resource

import pytest

from synthportal.errors import Conflict
from synthportal.jobs import limited
from tests.synthportal.jobs.forking import start_by_forking

SHIPPED = limited.START  # before the session's fixture has children forked
GIGABYTE = 1024**3
LIMITS = {"memory": 4 * GIGABYTE, "cpu": 50}


def told(word, report):
    report("reading", 1, 2)
    return word, os.getpid(), resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_CPU)[0]


def filled(_, report):
    return len(bytearray(8 * GIGABYTE))


def turned(_, report):
    while True:
        pass


def in_the_way(_, report):
    raise Conflict("The disk is full.")


def silent(*_):
    pass


@pytest.fixture(params=["spawned", "forked"], autouse=True)
def start(request, monkeypatch):
    monkeypatch.setattr(limited, "START", SHIPPED if request.param == "spawned" else start_by_forking())


def test_the_portal_spawns_its_children():
    assert SHIPPED.get_start_method() == "spawn"


def test_a_result_and_its_progress_come_back_from_another_process_under_its_limits():
    phases = []
    word, child, *limits = limited.run_limited(told, ("ciao",), **LIMITS, report=lambda *said: phases.append(said))
    assert (word, limits, phases) == ("ciao", [4 * GIGABYTE, 50], [("reading", 1, 2)])
    assert child != os.getpid()


def test_what_is_not_the_inputs_fault_comes_back_as_a_conflict():
    with pytest.raises(Conflict, match="The disk is full"):
        limited.run_limited(in_the_way, ("",), **LIMITS, report=silent)


def test_too_much_memory_is_refused_in_words():
    with pytest.raises(limited.Refused, match="memory"):
        limited.run_limited(filled, ("",), **LIMITS, report=silent)


def test_too_much_time_is_refused_in_words():
    with pytest.raises(limited.Refused, match="takes too long"):
        limited.run_limited(turned, ("",), **LIMITS | {"cpu": 1}, report=silent)

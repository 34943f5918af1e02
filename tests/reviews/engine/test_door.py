"""The door to acceptance sampling: its names and its examples."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

import reviews.engine as door
from tests.docs.examples import examples_of, failures_of

EXAMPLES = examples_of(door)


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.name for example in EXAMPLES])
def test_an_example_in_a_docstring_shows_what_it_does(example):
    assert failures_of(example) == ""


def test_every_verb_of_the_door_has_an_example():
    verbs = {name for name in door.__all__ if inspect.isfunction(getattr(door, name))}
    assert verbs == {example.name for example in EXAMPLES}


def test_every_name_of_the_door_opens_and_says_what_it_is():
    assert sorted(name for names in door._HOMES.values() for name in names) == sorted(door.__all__)
    assert all(getattr(door, name).__doc__ for name in door.__all__)


def test_no_other_name_opens():
    with pytest.raises(AttributeError, match="no attribute 'sign'"):
        _ = door.sign


def test_a_review_is_planned_with_the_standard_library_alone():
    code = (
        "import sys; from reviews.engine import *; fixed_plan(10_000, 0.01, 0.95);"
        "heavy = {'django', 'numpy', 'pandas', 'scipy'} & set(sys.modules); sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

import re

import numpy as np
import pytest

from generation.engine.errors import FitError
from generation.engine.llm.logs.templates import cut, mined
from generation.engine.llm.logs.writing import fit_log, write_log

FORMS = (
    "Accepted password for {user} from 10.{a}.{b}.{c} port {port} ssh2",
    "Connection closed by 10.{a}.{b}.{c} [preauth]",
    "GET /api/items/{port}?page={small} took {port}ms status={status}",
    "worker {small}: job {hex} finished (took {small}.{a}s)",
    "disk /dev/sda{small} is {a}% full, user={user}",
)


def lines(count, seed):
    """`count` lines of five templates; user names are common ones, and a rare one now and then."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        rare = "".join(rng.choice(list("qxzvwk"), 9))
        a, b, c = rng.integers(1, 250, 3)
        values = {"a": a, "b": b, "c": c, "small": rng.integers(1, 9), "port": rng.integers(10_000, 60_000)}
        user = rare if rng.random() < 0.02 else rng.choice(["root", "deploy", "backup"])
        values |= {"user": user, "status": rng.choice([200, 404, 500]), "hex": f"{rng.integers(1 << 40, 1 << 44):x}"}
        found.append(FORMS[rng.integers(len(FORMS))].format(**values))
    return found


def test_a_line_is_its_pieces_in_a_row():
    for line in lines(50, 1):
        assert "".join(cut(line)) == line


def test_a_placeholder_of_what_was_redacted_stays_whole():
    assert cut("login of <EMAIL_ADDRESS> failed")[4] == "<EMAIL_ADDRESS>"


def test_a_template_that_one_person_wrote_often_is_left_out():
    odd = ["the secret launch code is swordfish tonight"] * 30
    whose = [f"p{place}" for place in range(500)] + ["p0"] * 30
    model = fit_log([*lines(500, 5), *odd], holders=whose, k=5)
    assert model.left_out == 30
    assert not any("swordfish" in line for line in write_log(model, 500, seed=1))


def test_five_sentences_with_other_values_are_five_templates():
    found = mined(lines(2_000, 2))
    assert len(found) == len(FORMS)
    assert sum(template.lines for template in found) == 2_000


def test_lines_have_the_templates_of_the_source_in_its_shares_and_no_rare_value():
    source = lines(4_000, 3)
    made = write_log(fit_log(source), 3_000, seed=1)
    patterns = [re.compile(re.sub(r"\\\{\w+\\\}", r"\\S+?", re.escape(form))) for form in FORMS]
    assert all(any(pattern.fullmatch(line) for pattern in patterns) for line in made)
    for pattern in patterns:
        shares = [sum(bool(pattern.fullmatch(line)) for line in side) / len(side) for side in (source, made)]
        assert abs(shares[0] - shares[1]) < 0.03
    rare = {word for line in source for word in re.findall(r"[qxzvwk]{9}|\b\d{5}\b", line)}
    assert not [line for line in made if any(word in rare for word in re.findall(r"[a-z]{9}|\b\d{5}\b", line))]
    assert {user for line in made for user in re.findall(r"for (root|deploy|backup) ", line)} == {
        "root", "deploy", "backup",
    }  # fmt: skip


def test_the_same_seed_gives_the_same_lines():
    model = fit_log(lines(500, 4))
    assert write_log(model, 100, seed=2) == write_log(model, 100, seed=2) != write_log(model, 100, seed=3)


def test_a_template_that_fewer_than_k_lines_have_is_left_out_and_counted():
    odd = ["the secret launch code is swordfish tonight"] * 4
    model = fit_log([*lines(500, 5), *odd], k=5)
    assert model.left_out == 4
    assert not any("swordfish" in line for line in write_log(model, 500, seed=1))


def test_lines_that_share_nothing_are_refused():
    with pytest.raises(FitError):
        fit_log(["one", "two words", "three words here"])

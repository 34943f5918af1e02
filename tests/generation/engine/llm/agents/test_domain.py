"""A domain that somebody wrote by hand: what cannot be is told in one sentence, and nothing crashes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from generation.engine.errors import SuiteError
from generation.engine.llm.agents import domain as domain_file
from generation.engine.llm.agents.domain import Domain, read_domain
from generation.engine.llm.agents.making import make_tasks
from generation.engine.llm.agents.soundness import require_sound
from generation.engine.llm.agents.world import Database
from generation.engine.llm.sources.parts import read_agent_domain
from generation.engine.rules.yaml_text import read_yaml
from tests.generation.engine.llm.agents.conftest import DOMAIN, POLICY

WRONG: tuple[Any, ...] = ("", "some words", "-1", "@x.y", [], ["x"], [["x"]], {}, {"x": "y"}, [{"x": ["y"]}])


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("needs: {loan.state: open}", "needs: {loan.state: open, loan.weeks: none}", "No row allows extend_loan"),
        ("effect: {weeks: extended}", "effect: {weeks: shortened}", "The rule due wants shortened, and"),
        ("actions: [report_lost]", "actions: [burn_book]", "names burn_book, which is no action"),
        ("{member_id: {refers: members}", "{member_id: {refers: fines}", "refers to fines, which is not a table"),
        ("loan {{loan_id}} for", "loan {{book.colour}} for", "The slot .book.colour. in a wish of extend_loan"),
        ("process: identify_first", "process: smile", "a process is one of"),
        ("at_most: \"10\"", "nearly: \"10\"", "use is, is_not, at_least, at_most"),
        ("confirmed: yes", "confirmed: no", "No rule of the policy is confirmed"),
        ("asks: {loans: [state, weeks]}", "asks: [loans]", "In the domain, asks must be a mapping"),
        ("asks: {loans: [state, weeks]}", "asks: {fines: [state]}", "names fines, which is no table"),
        ("asks: {loans: [state, weeks]}", "asks: {loans: [colour]}", "names colour, which is no column of that table"),
        ("rows: 80", "rows: many", "In the domain, tables.loans.rows must be a whole number from 1"),
        ("rows: 80", "rows: 0", "tables.loans.rows must be a whole number from 1"),
        ("rows: 80", "each: few", "tables.loans.each must be a mapping"),
        ("rows: 80", "each: {}", "tables.loans.rows must be a whole number"),
        ("rows: 80", "each: {members: few}", "tables.loans.each.members must be a whole number or a range"),
        ("rows: 80", "each: {members: 3 to 1}", "the smaller number first"),
        ("rows: 80", "each: {members: 1, books: 1}", "each must be a mapping from one table"),
        ("rows: 80", "each: {fines: 1 to 3}", "loans.each refers to fines, which is not a table above it"),
        ("rows: 20", "each: {loans: 1 to 3}", "books.each refers to loans, which is not a table above it"),
        ("find_by: [[email]]", "find_by: email", "tables.members.find_by must be a list"),
        ("find_by: [[email]]", "find_by: [[shoe]]", "find_by of members names shoe, which is no column"),
        ("find_by: [[email]]", "find_by: []", "members needs find_by"),
        ("fees: learned}", "fees: learned, member_id: learned}", "members.member_id has the name of the key"),
        ("price: learned}", "price: {copied: x.price}}", "names x, which is no column above it that refers"),
        ("weeks: learned}", "weeks: {copied: book_id.x}}", "names x, which is no column of books"),
        ("weeks: learned}", "weeks: {refers: books, same: state}}", "names state, which is no column of books"),
        ("sets: {weeks: extended}", "sets: {colour: red}", "extend_loan names colour, which is no column of loans"),
        ("sets: {weeks: extended}", "sets: {weeks: '@reader'}", "extend_loan names reader, which is no argument"),
        ("sets: {weeks: extended}", "sets: [weeks]", "actions.extend_loan.sets must be a mapping"),
        ('wishes: ["You lost', 'wants: ["You lost', "actions.report_lost.wishes must be a text, or a list of texts"),
        ('{values: ["5", "200"]}', "{values: []}", "amount of report_lost needs values"),
        ('{values: ["5", "200"]}', "{invent: colour}", "what is invented is one of person"),
        ('{values: ["5", "200"]}', "{refers: fines}", "names fines, which is no table"),
        ('{values: ["5", "200"]}', "{refers: books, same: x=y}", "names x, which is no column of books"),
        ('{values: ["5", "200"]}', "{refers: books, same: x}", "same is for a row"),
        ("needs: {loan.state: open}", "needs: {loan.state: []}", "needs.loan.state must be a text, or a list"),
        ("needs: {loan.state: open}", "needs: {loan.state: {is: [a, b, c]}}", "is must be one value, or the two"),
        ("needs: {loan.state: open}", "needs: open", "rules.3.needs must be a mapping"),
        ("tells: [{text: 14 days}]", "tells: {text: 14 days}", "rules.6.tells must be a list"),
        ("effect: {weeks: extended}", "effect: {weeks: [extended]}", "effect.weeks must be a text"),
        ("effect: {weeks: extended}", "effect: {state: open}", "due wants open as state, and extend_loan does not"),
    ],
)  # fmt: skip
def test_a_domain_that_cannot_be_gets_one_sentence(database: Database, old: str, new: str, words: str) -> None:
    assert old in DOMAIN
    with pytest.raises(SuiteError, match=words):
        make_tasks(read_domain(DOMAIN.replace(old, new)), database, 5, seed=1)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("amount: {values", "loan_id: {values", "Two things that report_lost is about would be called loan_id"),
        ("amount: {values", "book: {values", "would be called book"),
        ("amount: {values", "caller: {values", "would be called caller"),
        ("amount: {values", "self: {values", "'self' cannot be the name"),
        ("report_lost", "get_loan", "Two tools would be called get_loan"),
        ("report_lost", "deny_request", "Two tools would be called deny_request"),
        ("one: book", "one: a book", "'a book' cannot be the name"),
        ("of loan {{loan_id}} for", "of {{book.colour}} for", "The slot 'book.colour' in a wish of extend_loan names"),
        ("of loan {{loan_id}} for", "of {{amount}} for", "The slot 'amount' in a wish of extend_loan names nothing"),
        ("{member.fees: {", "{member.debts: {", "The rule fees: member.debts is not known where somebody wants"),
        ("@book.price", "@book.cost", "The rule price: book.cost is not known where somebody wants to report lost"),
        ("{loan.state: open}", "{lone.state: open}", "The rule open: lone.state is not known"),
    ],
)
def test_what_no_tool_wish_or_condition_can_use_gets_one_sentence(old: str, new: str, words: str) -> None:
    assert old in DOMAIN
    require_sound(read_domain(DOMAIN))

    with pytest.raises(SuiteError, match=words):
        require_sound(read_domain(DOMAIN.replace(old, new)))


def test_an_archive_with_such_a_domain_is_not_taken() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("domain.yaml", DOMAIN.replace("amount: {values", "loan_id: {values"))
        archive.writestr("policy.md", POLICY)

    with pytest.raises(SuiteError, match="would be called loan_id"):
        read_agent_domain(packed, io.BytesIO())


def test_rules_that_want_different_things_after_an_action_get_one_sentence() -> None:
    other = "  - {id: late, sentence: Late., confirmed: yes, actions: [extend_loan], effect: {weeks: shortened}}\n"

    with pytest.raises(SuiteError) as why:
        read_domain(DOMAIN + other)

    told = "The rules due and late want extended and shortened as weeks after extend_loan: change one of them."
    assert why.value.sentence == told
    assert len(read_domain(DOMAIN + other.replace("yes", "no")).confirmed) == len(read_domain(DOMAIN).confirmed)


def everywhere(plain: Any, wrong: Any) -> Iterator[Any]:
    """The same with something wrong in one place, for each place."""
    if isinstance(plain, dict):
        for name, value in plain.items():
            yield from ({**plain, name: other} for other in (wrong, *everywhere(value, wrong)))
    elif isinstance(plain, list):
        for at, value in enumerate(plain):
            yield from ([*plain[:at], other, *plain[at + 1 :]] for other in (wrong, *everywhere(value, wrong)))


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_whatever_stands_at_any_place_of_a_domain_it_is_read_or_told(
    wrong: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, told = read_yaml(DOMAIN), 0
    for plain in everywhere(whole, wrong):
        monkeypatch.setattr(domain_file, "read_yaml", lambda _, plain=plain: plain)  # writing it takes long
        try:
            assert isinstance(read_domain(""), Domain)
        except SuiteError as why:
            told += why.sentence.endswith(".")
    assert told > 20

"""A lending desk: members, books, loans; what the desk may do, and a policy of a few sentences."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from generation.engine.llm.agents.domain import Domain, read_domain
from generation.engine.llm.agents.making import make_tasks
from generation.engine.llm.agents.task import AgentSuite
from generation.engine.llm.agents.world import Database, make_database
from generation.engine.llm.documents.document import Document
from generation.engine.llm.documents.reading import read_documents

POLICY = """# Lending desk

Find out who is calling by their email before anything else. List what you will do and wait for a yes.

A loan can only be extended if it is open. A loan can be extended once. Loans of members with open fees of more than
10 euros are not extended. Members who extend a loan are told that it is due in 14 days.

A lost book is paid with the price of the book. Be friendly. Requests against these rules are denied. Complaints about
the building go to a colleague.
"""
DOMAIN = """
domain: library
person: members
tables:
  members:
    one: member
    key: {column: member_id, form: "M####"}
    rows: 30
    columns: {name: {invent: person}, email: {invent: email}, fees: learned}
    find_by: [[email]]
  books:
    one: book
    key: {column: book_id, form: "B####"}
    rows: 20
    columns: {title: {form: "Volume ###"}, price: learned}
  loans:
    one: loan
    key: {column: loan_id, form: "L#####"}
    rows: 80
    columns: {member_id: {refers: members}, book_id: {refers: books}, state: learned, weeks: learned}
asks: {loans: [state, weeks]}
actions:
  extend_loan:
    on: loans
    sets: {weeks: extended}
    wishes: ["You want to keep the book of loan {{loan_id}} for longer."]
  report_lost:
    on: loans
    arguments: {amount: {values: ["5", "200"]}}
    sets: {state: lost}
    wishes: ["You lost the book of loan {{loan_id}} and offer {{amount}} euros."]
rules:
  - {id: who, sentence: Find out who is calling by their email before anything else., confirmed: yes, process: identify_first}
  - {id: confirm, sentence: List what you will do and wait for a yes., confirmed: yes, process: confirm_before_change}
  - {id: open, sentence: A loan can only be extended if it is open., confirmed: yes, actions: [extend_loan], needs: {loan.state: open}}
  - {id: once, sentence: A loan can be extended once., confirmed: yes, actions: [extend_loan], not_after: [extend_loan]}
  - id: fees
    sentence: Loans of members with open fees of more than 10 euros are not extended.
    confirmed: yes
    actions: [extend_loan]
    needs: {member.fees: {at_most: "10"}}
  - id: due
    sentence: Members who extend a loan are told that it is due in 14 days.
    confirmed: yes
    actions: [extend_loan]
    tells: [{text: 14 days}]
    effect: {weeks: extended}
  - id: price
    sentence: A lost book is paid with the price of the book.
    confirmed: yes
    actions: [report_lost]
    needs: {amount: {at_least: "@book.price"}}
  - {id: deny, sentence: Requests against these rules are denied., confirmed: yes, refusal: yes}
  - {id: colleague, sentence: Complaints about the building go to a colleague., confirmed: yes, transfer: [to complain about the heating]}
  - {id: friendly, sentence: Be friendly., confirmed: no}
"""  # noqa: E501 - a rule a line


def read_policy(text: str = POLICY) -> Document:
    (document,) = read_documents(io.BytesIO(text.encode()), "policy.md")
    assert isinstance(document, Document)
    return document


@pytest.fixture(scope="session")
def domain() -> Domain:
    return read_domain(DOMAIN)


@pytest.fixture(scope="session")
def governed() -> dict[str, pd.DataFrame]:
    rows = range(400)
    return {
        "members": pd.DataFrame({"fees": [float(7 * n % 23) for n in rows]}),
        "books": pd.DataFrame({"price": [float(8 + 3 * n % 40) for n in rows]}),
        "loans": pd.DataFrame(
            {"state": [("open", "open", "returned")[n % 3] for n in rows], "weeks": [1 + n % 4 for n in rows]}
        ),
    }


@pytest.fixture(scope="session")
def database(domain: Domain, governed: dict[str, pd.DataFrame]) -> Database:
    return make_database(domain, governed, seed=2)


@pytest.fixture(scope="session")
def suite(domain: Domain, database: Database) -> AgentSuite:
    return make_tasks(domain, database, 24, seed=2)

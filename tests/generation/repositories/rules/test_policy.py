"""Rules of a policy, read from the sealed source of a dataset."""

from __future__ import annotations

import pytest

from generation.models import Dataset
from generation.repositories.rules import policy
from synthportal.errors import Conflict


def test_a_domain_from_before_a_check_that_it_does_not_pass_is_told_in_a_sentence(monkeypatch):
    kept = "name: shop\nperson: customers\ntables: [customers]\nactions: {cancel: {}}\nrules: []\n"
    monkeypatch.setattr(policy, "parts_of_policy", lambda _: (kept, "policy.md", "# Rules"))
    monkeypatch.setattr(policy, "built_rules", lambda _: {})
    monkeypatch.setattr(policy, "confirmed_rules", lambda _: [])
    with pytest.raises(Conflict, match=r"tables must be .* Correct the domain file, and upload it as a new dataset\."):
        policy.rules_of_policy(Dataset())

"""Rules of a policy built on a page beside their sentences, and agent tasks made from them."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from generation.models import Dataset, GenerationRun
from synthportal.jobs.here import work_through
from synthportal.models import AuditEvent
from tests.cast import made_once
from tests.generation.door import confirm, page, start_run
from tests.reviews.pages.door import text
from tests.whole.sets.worlds import lending_archive

pytestmark = pytest.mark.django_db
OPEN = {
    "name": "open", "actions": "extend_loan", "needs0-0-path": "loan.state", "needs0-0-relation": "in",
    "needs0-0-values": "open",
}  # fmt: skip


def without_rules():
    """The example's archive as an owner packs it who will build the rules in the portal."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(lending_archive())) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            said = old.read(name).decode()
            new.writestr(name, said[: said.index("rules:")] if name == "domain.yaml" else said)
    return packed.getvalue()


def make_domain(ana):
    def build():
        stated = {"purpose": "evaluation", "kind": "agents", "name": "lending", "prohibited_uses": "None."}
        file = SimpleUploadedFile("lending.zip", without_rules())
        assert ana.post(reverse("dataset_new"), stated | {"file": file}).status_code == 302
        confirm(ana, Dataset.objects.get())

    made_once("domain without rules", build)
    return Dataset.objects.get()


def sentence(ana, dataset, words):
    """The number of the sentence with these words, as the page says it."""
    shown = page(ana.get(reverse("policy", args=[dataset.pk])))
    found = re.search(rf'id="sentence-(\d+)"(?:(?!id="sentence-).)*?{re.escape(words)}', shown, re.DOTALL)
    assert found
    return found[1]


def build(ana, dataset, words, said, do="confirm"):
    url = f"{reverse('policy_rule', args=[dataset.pk])}?sentence={sentence(ana, dataset, words)}"
    return ana.post(url, said | {"do": do})


def test_the_owner_of_a_domain_is_led_to_its_rules_before_a_first_run(client_of):
    ana = client_of("ana")
    dataset = make_domain(ana)
    assert "Build and confirm the rules" in text(ana.get(reverse("dataset", args=[dataset.pk])))
    led = ana.get(reverse("run_new", args=[dataset.pk]))
    assert (led.status_code, led["Location"]) == (302, reverse("policy", args=[dataset.pk]))
    shown = text(ana.get(reverse("policy", args=[dataset.pk])))
    assert "0 of 0 rules confirmed" in shown
    assert "9 of 9 sentences not modelled" in shown or "10 of 10 sentences not modelled" in shown


def test_a_rule_that_was_built_and_confirmed_makes_agent_tasks_by_its_word(client_of):
    ana = client_of("ana")
    dataset = make_domain(ana)
    assert build(ana, dataset, "can only be extended if it is open", OPEN).status_code == 302
    shown = text(ana.get(reverse("policy", args=[dataset.pk])))
    assert "1 of 1 rules confirmed" in shown
    assert "Allowed only if loan.state is open." in shown
    assert ana.get(reverse("run_new", args=[dataset.pk])).status_code == 200
    run = start_run(ana, dataset, synthesizer="agent_tasks", rows="4")
    work_through(run.pk)
    run.refresh_from_db()
    assert run.status == GenerationRun.Status.EVALUATED, run.error
    assert "1 rule is confirmed" in " ".join(run.notes)
    assert any("A loan can be extended once." in note for note in run.notes)
    assert not any("can only be extended" in note for note in run.notes)


def test_a_changed_rule_waits_to_be_confirmed_again_and_the_trail_says_so(client_of):
    ana = client_of("ana")
    dataset = make_domain(ana)
    build(ana, dataset, "can only be extended if it is open", OPEN)
    changed = ana.post(
        f"{reverse('policy_rule', args=[dataset.pk])}?rule=open", OPEN | {"needs0-0-values": "open\nlost", "do": "keep"}
    )
    assert changed.status_code == 302
    shown = text(ana.get(reverse("policy", args=[dataset.pk])))
    assert "0 of 1 rules confirmed" in shown
    assert "loan.state is open or lost" in shown
    done = list(AuditEvent.objects.filter(action__startswith="rule ").values_list("action", flat=True))
    assert sorted(done) == sorted(["rule built", "rule confirmed", "rule built", "rule unconfirmed"])


def test_a_rule_that_is_taken_out_is_gone_and_its_sentence_is_not_modelled(client_of):
    ana = client_of("ana")
    dataset = make_domain(ana)
    build(ana, dataset, "can only be extended if it is open", OPEN)
    ana.post(reverse("policy", args=[dataset.pk]), {"rule": "open", "do": "take_out"})
    assert "0 of 0 rules confirmed" in text(ana.get(reverse("policy", args=[dataset.pk])))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"name": "open"}, "The rule says nothing yet"),
        (OPEN | {"name": "two words"}, "Give the rule a short name"),
        (OPEN | {"actions": ""}, "Say which changes the rule is about."),
        (OPEN | {"needs0-0-path": "book.colour"}, "book.colour is not known where somebody wants to extend loan"),
        (OPEN | {"needs0-0-values": ""}, "Say what loan.state must be"),
        (OPEN | {"effect0-column": "price", "effect0-value": "3"}, "extend loan changes no row with a price"),
        (OPEN | {"effect0-column": "weeks", "effect0-value": "3"}, "wants 3, and extend_loan sets weeks to extended"),
    ],
)
def test_what_is_no_rule_is_said_in_a_sentence_and_nothing_is_kept(client_of, said, told):
    ana = client_of("ana")
    dataset = make_domain(ana)
    refused = build(ana, dataset, "can only be extended if it is open", said)
    assert told in text(refused)
    assert f'value="{said["name"]}"' in page(refused)
    assert not dataset.policy_rules.exists()


def test_what_is_typed_is_read_back_in_words_before_it_is_kept(client_of):
    ana = client_of("ana")
    dataset = make_domain(ana)
    url = f"{reverse('policy_rule', args=[dataset.pk])}?sentence=0"
    read = ana.post(url, OPEN, headers={"HX-Request": "true"})
    assert "Allowed only if loan.state is open." in text(read)
    assert "<html" not in page(read)
    assert not dataset.policy_rules.exists()
    more = ana.post(url, OPEN | {"do": "more"})
    assert 'name="needs0-1-path"' in page(more)


def test_nobody_but_the_owner_builds_a_rule(client_of):
    dataset = make_domain(client_of("ana"))
    refused = client_of("cleo").post(f"{reverse('policy_rule', args=[dataset.pk])}?sentence=0", OPEN)
    assert refused.status_code == 403

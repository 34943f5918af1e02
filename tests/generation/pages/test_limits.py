"""The page of a purpose's limits: everybody reads it, a steward changes it and sees first what that does."""

from __future__ import annotations

from html import unescape

import pytest

from generation.engine.evaluation.limits.policy import default_policy
from generation.engine.evaluation.policy import PURPOSES
from generation.models import Limits
from generation.pages.limits.forms import LimitsForm
from generation.repositories.judged.limits import current_limits, current_version, policy_for
from generation.stages.govern import decide_limits
from synthportal.models import Person
from tests.cast import agree_limits
from tests.markup import markup

PATH = "/policies/limits/training/"


def typed(purpose: str = "training", **changes: object) -> dict[str, object]:
    """What a browser sends for the form as it stands now."""
    form = LimitsForm(None, was=current_version(purpose))
    values = {name: form[name].value() for name in form.fields} | changes
    return {name: value for name, value in values.items() if value is not None and value is not False}


def agreed(purpose: str) -> None:
    """The waiting version holds: the second steward agrees."""
    cora = Person.objects.get(username="cora")
    number = Limits.objects.filter(purpose=purpose).latest("version").version
    decide_limits(purpose, number, holds=True, note="As we said.", by=cora)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_form_that_is_sent_back_untouched_changes_nothing(purpose, db):
    form = LimitsForm(typed(purpose, reason="None."), was=current_version(purpose))
    assert form.is_valid(), form.errors
    assert form.changes() == {"rules": {}, "needed": {}}


def test_the_page_lists_every_limit_with_the_shipped_one_and_why(client_of, people):
    page = unescape(markup(client_of("eve").get(PATH)))
    for name, rule in default_policy("training", public=True).limits.items():
        assert f'id="{name}"' in page
        assert rule.why[1:] in page
    assert "as shipped" in page
    assert "<input" not in page.split("<main")[1]


def test_a_change_is_previewed_saved_and_marked(client_of, world):
    sent = typed(**{"passes-singling_out_risk": "0.12", "reason": "Few columns.", "do": "preview"})
    page = markup(client_of("cleo").post(PATH, sent))
    assert "Singling out: passes at 0.12, before 0.09." in page
    assert "Laxer than shipped, and marked as such" in page
    assert "1 evaluated run must be evaluated again before it can be released." in page
    assert not Limits.objects.exists()
    assert client_of("cleo").post(PATH, sent | {"do": "save"}).status_code == 302
    agreed(world.dataset.purpose)
    assert policy_for(world.dataset).limits["singling_out_risk"].passes == 0.12
    page = markup(client_of("eve").get(PATH))
    assert "laxer than shipped</span>" in page
    assert "Singling out: passes at 0.12 (shipped: 0.09)." in page
    assert "Singling out: passes at 0.12, before 0.09." in page  # the history
    assert "Few columns." in page
    assert "Train a model (changed)" in page


def test_needed_metrics_small_groups_and_public_releases_are_changed_on_the_page(client_of, people):
    sent = typed(minimum_cell="8", public="on", reason="It will be published.", do="save")
    sent |= {"needed-worst_segment_skill": "on", "blocks-worst_segment_skill": "0.6"}
    sent.pop("needed-pair_trends")
    assert client_of("cleo").post(PATH, sent).status_code == 302
    agreed("training")
    now = current_limits("training")
    assert (now.minimum_cell, now.public, now.limits["worst_segment_skill"].blocks) == (8, True, 0.6)
    assert {"worst_segment_skill", "small_cells"} <= now.needed
    assert "pair_trends" not in now.needed
    page = markup(client_of("eve").get(PATH))
    assert "Pair trends: no longer needed (shipped: needed)." in page
    assert "Releases may be public." in page


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"passes-singling_out_risk": "0.5"}, "passes-singling_out_risk", "cannot be laxer than"),
        ({"passes-singling_out_risk": "nan"}, "passes-singling_out_risk", "Enter a number"),
        ({"blocks-singling_out_risk": "-1"}, "blocks-singling_out_risk", "greater than or equal to 0"),
        ({"blocks-singling_out_risk": ""}, "passes-singling_out_risk", "moved, but not removed"),
        ({"minimum_cell": "0"}, "minimum_cell", "greater than or equal to 1"),
        ({"reason": ""}, "reason", "required"),
    ],
)
def test_an_error_stands_beside_its_metric_and_nothing_typed_is_lost(changes, field, words, client_of, people):
    sent = typed(reason="Because it is so.", do="save", **{"passes-column_shapes": "0.95"}) | changes
    answer = client_of("cleo").post(PATH, sent)
    page = markup(answer)
    assert answer.status_code == 422
    assert words in " ".join(answer.context["form"].errors[field])
    assert words in page
    assert 'value="0.95"' in page
    assert ("Because it is so." in page) == (field != "reason")
    assert not Limits.objects.exists()


def test_a_save_on_an_old_version_is_refused_and_both_changes_survive_the_next_try(client_of, people):
    sent = typed(reason="Mine.", do="save", **{"passes-column_shapes": "0.95"})
    agree_limits("training", {"rules": {"pair_trends": {"passes": 0.9}}}, reason="Theirs.", by=people["cleo"])
    answer = client_of("cleo").post(PATH, sent)
    assert answer.status_code == 409
    assert "version 2 counts now, because: Theirs." in markup(answer)
    form = answer.context["form"]
    values = {name: form[name].value() for name in form.fields}
    again = {name: value for name, value in values.items() if value is not None and value is not False}
    assert client_of("cleo").post(PATH, again | {"do": "save"}).status_code == 302
    agreed("training")
    rules = current_limits("training").limits
    assert (rules["column_shapes"].passes, rules["pair_trends"].passes) == (0.95, 0.9)


@pytest.mark.parametrize("name", ["ana", "ben", "dan", "eve", "nobody", "root"])
def test_nobody_but_a_steward_saves(name, client_of):
    sent = typed(reason="Please.", do="save", **{"passes-column_shapes": "0.95"})
    assert client_of(name).post(PATH, sent).status_code == 403
    assert not Limits.objects.exists()

"""The form of a team."""

from __future__ import annotations

from typing import Any

from django import forms

from generation.models import Dataset, Team
from synthportal.models import Person


class TeamForm(forms.Form):
    """A name, people, datasets."""

    name = forms.CharField(max_length=80)
    members = forms.ModelMultipleChoiceField(
        Person.objects.none(), required=False, label="People", widget=forms.CheckboxSelectMultiple
    )
    datasets = forms.ModelMultipleChoiceField(
        Dataset.objects.none(),
        required=False,
        label="Datasets",
        widget=forms.CheckboxSelectMultiple,
        help_text="Only these people see them, besides their owner. A dataset in no team is in those of its owner.",
    )

    def __init__(self, *args: Any, team: Team | None = None, **kwargs: Any) -> None:
        if team is not None:
            inside = {"members": team.members.all(), "datasets": team.datasets.all()}
            kwargs["initial"] = {"name": team.name, **inside}
        super().__init__(*args, **kwargs)
        people: Any = self.fields["members"]
        people.queryset = Person.objects.filter(is_active=True).order_by("username")
        people.label_from_instance = _named
        datasets: Any = self.fields["datasets"]
        datasets.queryset = Dataset.objects.exclude(status=Dataset.Status.ERASED).order_by("name")
        datasets.label_from_instance = lambda one: f"{one.name} ({one.pk})"

    def asked(self) -> dict[str, Any]:
        """What change_team is given."""
        said = self.cleaned_data
        ids = {name: [one.pk for one in said[name]] for name in ("members", "datasets")}
        return {"name": said["name"], **ids}


def _named(person: Person) -> str:
    roles = ", ".join(sorted(role.value for role in person.roles)) or "no role"
    return f"{person.display_name}: {roles}"

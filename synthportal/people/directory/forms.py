"""Forms of people and roles."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.contrib.auth.validators import UnicodeUsernameValidator

from synthportal.models import Person
from synthportal.people.accounts.roles import ADMINISTRATOR, GIVEN, GUARDED, roles_of

WORDS = {
    "owner": "owner: uploads sources, asks for runs",
    "annotator": "annotator: judges sampled records",
    "steward": "steward: settles, waives, signs releases",
    "ML engineer": "ML engineer: finds and downloads releases",
    "auditor": "auditor: reads the trail",
    "source reader": "source reader: may see single real records while settling a flag",
    ADMINISTRATOR: "administrator: keeps people and roles, no role in the data",
}


class RolesForm(forms.Form):
    """The roles of one person, ticked in one step."""

    roles = forms.MultipleChoiceField(
        choices=[(name, WORDS[name]) for name in GIVEN],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=f"A second person confirms {' and '.join(GUARDED)}.",
    )

    @classmethod
    def of(cls, person: Person) -> RolesForm:
        """The form as the person's roles are."""
        return cls(initial={"roles": sorted(roles_of(person))})


class InviteForm(RolesForm):
    """A new person: two fields and the roles."""

    field_order = ("name", "login", "roles")
    name = forms.CharField(max_length=120, help_text="As it stands beside what they do.")
    login = forms.CharField(
        label="E-mail address or username",
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        help_text="What they sign in with. An invitation goes to an address where the portal sends mail.",
    )


class PasswordForm(forms.Form):
    """A password that the person chooses, typed twice."""

    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), strip=False, label="New password"
    )
    again = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), strip=False, label="The same again"
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["password"].help_text = " ".join(password_validators_help_texts())

    def clean(self) -> dict[str, Any]:
        """Both are the same."""
        found = super().clean() or self.cleaned_data
        if found.get("password") != found.get("again"):
            self.add_error("again", "This is not the same password.")
        return found

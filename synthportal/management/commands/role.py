"""Give a person a role at the machine itself, where no second person is there to confirm it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from synthportal.errors import Conflict
from synthportal.models import Person
from synthportal.people.accounts.roles import GIVEN, give_at_the_machine
from synthportal.roles import Operator


class Command(BaseCommand):
    help = """Give a person a role, for the first steward and the second administrator of a portal.

    On the pages these two roles take a second person. Who can run this command can do more than that anyway; the trail
    names it as the operator's doing.
    """

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("username", help="what the person signs in with")
        parser.add_argument("role", choices=GIVEN, help="the role to give")

    def handle(self, *args: Any, **options: Any) -> None:
        person = Person.objects.filter(username=options["username"]).first()
        if person is None:
            raise CommandError("Nobody signs in with this name.")
        try:
            give_at_the_machine(person, options["role"], by=Operator())
        except Conflict as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{person.display_name} is {options['role']} now.")

"""Every command of the portal as its own --help tells it."""

from __future__ import annotations

from argparse import Action
from collections.abc import Iterator
from pathlib import Path

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand, CommandParser

from synthportal.management.reference.page import head, row

PROGRAM = "manage.py"


def lines() -> Iterator[str]:
    """App by app, from the ground floor up, each command with its arguments."""
    for app in our_apps():
        yield f"## Of `{app.label}`\n"
        for name in sorted(name for name, owner in get_commands().items() if owner == app.name):
            yield from _command(app.name, name)


def our_apps() -> list[AppConfig]:
    """The apps of this tree, from the ground floor up."""
    return [app for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR]


def _command(app: str, name: str) -> Iterator[str]:
    parser = load_command_class(app, name).create_parser(PROGRAM, name)
    arguments = arguments_of(parser)
    needed = [_call(action) for action in arguments if action.required]
    more = ["[options]"] if len(needed) < len(arguments) else []
    yield f"### {name}\n\n    python {' '.join([PROGRAM, name, *needed, *more])}\n"
    yield " ".join((parser.description or "").split()) + "\n"
    if arguments:
        yield head("argument", "what it is")
        yield from (row(f"`{_call(action)}`", _what(action)) for action in arguments)
        yield ""


def arguments_of(parser: CommandParser) -> list[Action]:
    """The arguments that the command has beyond those of every command."""
    shared = {option for action in _actions(BaseCommand().create_parser(PROGRAM, "any")) for option in _names(action)}
    return [action for action in _actions(parser) if not shared.intersection(_names(action))]


def _actions(parser: CommandParser) -> list[Action]:
    return list(parser._actions)


def _names(action: Action) -> tuple[str, ...]:
    return tuple(action.option_strings) or (action.dest,)


def _call(action: Action) -> str:
    """As one types it: FILE, --check, --rows ROWS."""
    value = str(action.metavar or action.dest).upper()
    if not action.option_strings:
        return value
    option = action.option_strings[0]
    return option if action.nargs == 0 else f"{option} {value}"


def _what(action: Action) -> str:
    """The help as --help shows it, then what may be chosen."""
    said = (action.help or "").replace("%%", "%")
    choices = [str(choice) for choice in action.choices or ()]
    return "; ".join(part for part in (said, "one of " + ", ".join(choices) if choices else "") if part)

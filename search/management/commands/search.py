"""`manage.py search SUBCOMMAND`: what those who run the site ask of its search. The subcommands are in `search.commands`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand

from search.commands import COMMANDS

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    """Hands over to the module of the subcommand."""

    help = "Looks after the search."

    def add_arguments(self, parser: CommandParser) -> None:
        """One parser for each subcommand."""
        subparsers = parser.add_subparsers(dest="subcommand", required=True)
        for name in COMMANDS:
            module = import_module(f"search.commands.{name}")
            module.arguments(subparsers.add_parser(name, help=module.HELP, description=module.HELP))

    def handle(self, *args: Any, subcommand: str, **options: Any) -> None:
        """Run the subcommand."""
        import_module(f"search.commands.{subcommand}").run(self, options)

"""`manage.py search status`: which engine answers, what waits, and what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from search import health

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

HELP = "Say which engine answers, what waits to be sent, and what is wrong. Exit code 1 if something is."


def arguments(parser: CommandParser) -> None:
    """None."""


def run(command: BaseCommand, options: dict[str, Any]) -> None:
    """Print it. Raises CommandError where something is wrong."""
    for name, value in health.facts().items():
        command.stdout.write(f"{name:<10} {value}")
    problem = health.elasticsearch()
    if problem:
        raise CommandError(problem)

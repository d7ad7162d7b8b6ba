"""`manage.py search drain`: send what waits to Elasticsearch now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from search.commands.elastic import answering, progress
from search.elastic import sync
from search.models import SearchDocument

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

HELP = "Send what waits to Elasticsearch now. The clock does so every second."


def arguments(parser: CommandParser) -> None:
    """None."""


def run(command: BaseCommand, options: dict[str, Any]) -> None:
    """Send all of it. Raises CommandError where some is left."""
    with answering(), progress(SearchDocument.objects.waiting().count()) as bar:
        done = sync.drain(progress=bar.update)
    command.stdout.write(f"{done:,} documents sent.")
    left = SearchDocument.objects.waiting().count()
    if left:
        raise CommandError(f"{left:,} documents still wait. `manage.py search status` may say why.")

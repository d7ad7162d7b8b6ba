"""`manage.py search rebuild`: a new index of Elasticsearch, beside the old one and then in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from search.commands.elastic import answering, progress
from search.elastic import rebuild, sync
from search.models import SearchDocument, SearchIndex

if TYPE_CHECKING:
    from django.core.management.base import BaseCommand, CommandParser

HELP = "Build a new index of Elasticsearch beside the old one, which answers meanwhile, and put it in its place."


def arguments(parser: CommandParser) -> None:
    """Where to begin."""
    parser.add_argument("--anew", action="store_true", help="From the beginning, not where another run was stopped.")


def run(command: BaseCommand, options: dict[str, Any]) -> None:
    """Build to the end, then send what came in meanwhile. Raises CommandError."""
    with answering():
        if options["anew"]:
            rebuild.give_up()
        building = SearchIndex.building()
        there = SearchDocument.objects.present()
        left = there.filter(pk__gt=building.cursor).count() if building else there.count()
        with progress(left) as bar:
            rebuild.go_on(progress=bar.update)
        sync.drain()
    command.stdout.write("The new index answers.")

"""`manage.py search audit`: whether everything that can be found is there, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from search import audit
from search.commands.elastic import answering, progress
from search.elastic import rebuild, sync
from search.elastic.client import configured
from search.models import SearchDocument, SearchIndex

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

HELP = "Compare pages, search documents and the index of Elasticsearch. Exit code 1 if they differ."


def arguments(parser: CommandParser) -> None:
    """Whether to put right what is wrong."""
    parser.add_argument("--repair", action="store_true", help="Put right what is wrong.")


def run(command: BaseCommand, options: dict[str, Any]) -> None:
    """Compare, repair if asked to, and compare again. Raises CommandError while something is wrong."""
    findings = _look()
    if findings and options["repair"]:
        for sentence in findings.sentences():
            command.stdout.write(sentence)
        _repair(findings)
        findings = _look()
    if findings:
        raise CommandError("\n".join(findings.sentences()))
    command.stdout.write("Everything that can be found is there, and nothing else.")


def _look() -> audit.Findings:
    findings = audit.of_sources()
    if configured():
        with answering(), progress(SearchDocument.objects.present().count()) as bar:
            audit.of_index(findings, bar.update)
    return findings


def _repair(findings: audit.Findings) -> None:
    audit.repair_sources(findings)
    if configured():
        with answering():
            audit.repair_index(findings)
            sync.drain()
            if SearchIndex.live() is None:
                rebuild.go_on()
                sync.drain()

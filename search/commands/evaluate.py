"""`manage.py search evaluate DIR`: how well the site's search does on a judged collection."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import CommandError
from django.db import connection
from tqdm import tqdm

from search import evaluation
from search.commands.elastic import answering
from search.elastic.aside import elasticsearch_aside
from search.engines import aside

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.core.management.base import BaseCommand, CommandParser

    from search.engines.base import Engine

HELP = "Search a judged collection (BEIR's layout) as the site searches itself, and print how well that went."
ENGINES = ("elasticsearch", "postgresql", "sqlite")


def arguments(parser: CommandParser) -> None:
    """The folder, and the engine."""
    parser.add_argument("folder", type=Path, help="holds corpus.jsonl, queries.jsonl and qrels/test.tsv")
    parser.add_argument("--engine", choices=ENGINES, default=connection.vendor, help="default: the site's database")


def run(command: BaseCommand, options: dict[str, Any]) -> None:
    """Index the collection aside, ask its queries, print the measures one a line."""
    try:
        collection = evaluation.read(options["folder"])
    except evaluation.BrokenCollection as broken:
        raise CommandError(str(broken)) from None
    documents = [(title, text) for _, title, text in collection.documents]
    with indexed(options["engine"], documents) as engine:
        scores = evaluation.evaluate(collection, engine, lambda rows: tqdm(rows, unit="query", disable=None))
    command.stdout.write("\n".join(scores.lines()))


@contextmanager
def indexed(name: str, documents: Sequence[tuple[str, str]]) -> Iterator[Engine]:
    """This engine over these documents alone."""
    if name == "elasticsearch":
        with answering(), elasticsearch_aside(documents) as engine:
            yield engine
        return
    if name != connection.vendor:
        raise CommandError(f"This site's database is {connection.vendor}, so {name} cannot be evaluated here.")
    with aside.database_aside(documents) as engine:
        yield engine

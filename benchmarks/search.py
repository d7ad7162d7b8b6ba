"""How fast the search is, on one engine: questions, the page, what a save costs and when it is found, as Markdown tables.

    .venv/bin/python benchmarks/search.py TABLE.csv --engine sqlite --size 100000
    DATABASE_URL=postgres://... .venv/bin/python benchmarks/search.py TABLE.csv --engine postgresql --size 100000
    ELASTICSEARCH_URL=http://127.0.0.1:9200 .venv/bin/python benchmarks/search.py TABLE.csv --engine elasticsearch

TABLE holds titles and summaries in columns of these names; documents of about 700 words are made from it and from the
demonstration. PostgreSQL wants a database of its own; Elasticsearch has SQLite beside it. Databases of SQLite are kept in
FOLDER. A second run only measures; with `--rebuild` it builds the index of words anew.

"Processor" is what this process and the server's used, on the machine's own account: on a busy machine, that is what counts.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.processor import Stopwatch

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
JUDGED = ROOT / "search" / "data" / "judged" / "corpus.jsonl"
ENGINES = ("elasticsearch", "postgresql", "sqlite")
HEAD = "| | p50 / p95 clock | processor |\n| --- | ---: | ---: |"
QUESTIONS_HEAD = (
    "| question | engine, clock | processor | with 20 rows and snippets, clock | processor | hits |\n"
    "| --- | ---: | ---: | ---: | ---: | ---: |"
)


def main() -> None:
    """Make what is missing, then measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("table", type=Path)
    options.add_argument("--engine", choices=ENGINES, default="sqlite")
    options.add_argument("--size", type=int, default=20_000)
    options.add_argument("--folder", type=Path, default=ROOT / "var" / "benchmarks")
    options.add_argument(
        "--rebuild", action="store_true", help="build the index of words anew, and say how long it took"
    )
    options.add_argument("--build", action="store_true", help="only make what is missing")
    chosen = options.parse_args()
    _environment(chosen)
    import django

    django.setup()
    from benchmarks import search_corpus, search_questions

    texts, titles = search_corpus.texts_of(chosen.table, JUDGED), search_corpus.titles_of(chosen.table)
    search_corpus.prepare()
    print_lines([f"**{chosen.engine}, {chosen.size:,} documents**", "", "| building | |\n| --- | --- |"])
    print_lines(_build(chosen, texts, titles))
    if not chosen.build:
        _measure(
            chosen.engine,
            search_questions.questions(search_corpus.sentences_of(texts)),
            search_questions.beginnings(titles),
        )


def _environment(chosen: argparse.Namespace) -> None:
    wanted = {"elasticsearch": "ELASTICSEARCH_URL", "postgresql": "DATABASE_URL"}.get(chosen.engine)
    if wanted and not os.environ.get(wanted):
        sys.exit(f"Set {wanted}: see `benchmarks/search.py --help`.")
    chosen.folder.mkdir(parents=True, exist_ok=True)
    if chosen.engine != "postgresql":
        os.environ["DATABASE_URL"] = f"sqlite:///{chosen.folder.resolve() / f'search-{chosen.size}.sqlite3'}"
    if chosen.engine == "elasticsearch":
        os.environ["ELASTICSEARCH_PREFIX"] = f"benchmark-{chosen.size}"
    else:
        os.environ["ELASTICSEARCH_URL"] = ""
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"


def _build(chosen: argparse.Namespace, texts: list[str], titles: list[str]) -> Iterable[str]:
    from benchmarks import search_corpus
    from benchmarks.processor import Stopwatch

    before = search_corpus.ResourcePage.objects.count()
    seconds = search_corpus.fill(
        chosen.size, texts, titles, lambda done: print_lines([f"{done:,} documents"], sys.stderr)
    )
    if before < chosen.size:
        made = f"{chosen.size - before:,} in {seconds:.0f} s"
        yield f"| pages, entries and documents, the database's index included | {made} |"
    elastic = chosen.engine == "elasticsearch"
    if chosen.rebuild or elastic:
        stopwatch = Stopwatch(servers(chosen.engine))
        began, processor = time.monotonic(), stopwatch.processor()
        built = _rebuild_elasticsearch(anew=chosen.rebuild) if elastic else _rebuild_database()
        took = time.monotonic() - began
        if built:
            used = stopwatch.processor() - processor
            yield f"| rebuild | {took:.0f} s, {chosen.size / took:,.0f} documents a second; processor {used:.0f} s |"


def _rebuild_database() -> bool:
    from django.db import connection

    from search.engines import postgresql_schema, sqlite_schema

    schema: Any = postgresql_schema if connection.vendor == "postgresql" else sqlite_schema
    schema.install(connection)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return True


def _rebuild_elasticsearch(*, anew: bool) -> bool:
    from search.elastic import rebuild, sync

    rebuild.check()
    wanted = anew or rebuild.wanted()
    if wanted:
        rebuild.go_on()
    sync.drain()
    return wanted


def servers(engine: str) -> list[int]:
    """The processes that answer, apart from this one."""
    from django.db import connection

    from search.elastic.client import client

    if engine == "elasticsearch":
        nodes = client(10).nodes.info(metric="process")["nodes"].values()
        return [node["process"]["id"] for node in nodes]
    if engine == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            return [cursor.fetchone()[0]]
    return []


def _measure(name: str, asked: dict[str, list[dict[str, Any]]], beginnings: list[str]) -> None:
    from benchmarks import search_measures as measures
    from benchmarks.processor import Stopwatch
    from search import engines
    from search.engines import elasticsearch

    elasticsearch.SECONDS = 30  # to see how long it takes, whatever it takes
    engine: Any = elasticsearch.ElasticsearchEngine() if name == "elasticsearch" else engines.database_engine()
    stopwatch: Stopwatch = Stopwatch(servers(name))
    rows = (f"| {row} |" for row in measures.ask_engine(engine, asked, stopwatch))
    print_lines(["", QUESTIONS_HEAD])
    print_lines(rows)
    print_lines(["", HEAD])
    print_lines(f"| {row} |" for row in measures.open_pages(asked, stopwatch))
    print_lines([f"| {measures.suggest(beginnings, stopwatch)} |"])
    print_lines(f"| {row} |" for row in measures.save(stopwatch))
    print_lines(f"| {row} |" for row in measures.save_to_found(engine))


def print_lines(lines: Iterable[str], to: Any = None) -> None:
    """Each at once: it takes a while."""
    for line in lines:
        print(line, file=to or sys.stdout, flush=True)


if __name__ == "__main__":
    main()

"""How fast the search is: milliseconds a question, documents a second into the index, from a save to being found.

    .venv/bin/python benchmarks/search.py TABLE.csv --size 20000    # the database of DATABASE_URL, or SQLite
    ELASTICSEARCH_URL=http://127.0.0.1:9200 .venv/bin/python benchmarks/search.py TABLE.csv --size 100000

TABLE holds titles and summaries in columns of these names; documents of about 700 words are made from it, the same every
time. Each question comes with five facets to count and twenty hits. Databases are kept in var/benchmarks/ and used again.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import os
import random
import re
import statistics
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
FACETS = ("type", "state", "topic", "setting", "year")
WORDS = 700
QUESTIONS = 40
CHUNK = 1_000


def main() -> None:
    """Make the documents, then measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("table", type=Path)
    options.add_argument("--size", type=int, default=20_000)
    chosen = options.parse_args()
    folder = ROOT / "var" / "benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder / f'search-{chosen.size}.sqlite3'}")
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    os.environ["ELASTICSEARCH_PREFIX"] = f"benchmark-{chosen.size}"
    import django

    django.setup()
    with chosen.table.open(encoding="utf-8", newline="") as file:
        records = [(row["title"], row["summary"]) for row in csv.DictReader(file)]
    make(records, chosen.size)
    measure(records, chosen.size)


def make(records: list[tuple[str, str]], size: int) -> None:
    """The tree, and documents up to this number."""
    from django.core.management import call_command

    from home import setup
    from search.models import SearchDocument

    call_command("migrate", verbosity=0)
    setup.set_up()
    left = size - SearchDocument.objects.count()
    luck = random.Random(left)  # noqa: S311
    began = time.monotonic()
    for start in range(0, left, CHUNK):
        _make_chunk(records, min(CHUNK, left - start), luck)
    if left > 0:
        say("documents made", f"{left / (time.monotonic() - began):,.0f} a second, index of the database included")


def _make_chunk(records: list[tuple[str, str]], number: int, luck: random.Random) -> None:
    from django.utils import timezone

    from home.models import AccessRule
    from search.models import FacetSet, SearchDocument

    rules = [AccessRule.objects.get_or_create(text=text)[0] for text in ("|public|", "|members|")]
    words = [summary.split() for _, summary in records]
    sets = FacetSet.of(_facets(luck) for _ in range(number))
    begin = SearchDocument.objects.count()
    rows = []
    for offset, facets in enumerate(sets):
        text: list[str] = []
        while len(text) < WORDS:
            text += luck.choice(words)
        title, summary = luck.choice(records)
        values = {"type": "resource", "title": title[:255], "summary": summary[:300], "text": " ".join(text)}
        rows.append(
            SearchDocument(
                key=f"benchmark:{begin + offset}",
                access=luck.choice([*rules, rules[0], rules[0]]),
                facets_id=facets,
                published_at=timezone.now() - dt.timedelta(days=luck.randint(0, 4000)),
                **values,
            )
        )
    SearchDocument.objects.bulk_create(rows)


def _facets(luck: random.Random) -> Iterator[tuple[str, str]]:
    yield "type", luck.choice(["resource", "resource", "announcement", "webinar", "event"])
    yield "state", f"state-{luck.randint(1, 56)}"
    yield "year", str(luck.randint(2012, 2026))
    for name, values, most in (("topic", 60, 3), ("setting", 12, 2)):
        for _ in range(luck.randint(1, most)):
            yield name, f"{name}-{luck.randint(1, values)}"


def questions(records: list[tuple[str, str]]) -> dict[str, list[dict[str, Any]]]:
    """Eight kinds of them: what is typed, and what is chosen."""
    luck = random.Random(7)  # noqa: S311
    texts = [re.findall(r"[a-z]{4,}", summary.lower()) for _, summary in records]
    frequency = Counter(word for text in texts for word in set(text))
    ranked = [word for word, _ in frequency.most_common()]
    common, middle, rare = ranked[:40], ranked[100:600], [word for word in ranked if frequency[word] == 2]

    def typed(make_one: Callable[[], str], **values: Any) -> list[dict[str, Any]]:
        return [{"typed": make_one(), **values} for _ in range(QUESTIONS)]

    def run(length: int) -> str:
        text = luck.choice([text for text in texts if len(text) > length])
        start = luck.randrange(len(text) - length)
        return " ".join(text[start : start + length])

    return {
        "a rare word": typed(lambda: luck.choice(rare)),
        "a word": typed(lambda: luck.choice(middle)),
        "a common word": typed(lambda: luck.choice(common)),
        "two words": typed(lambda: " ".join(luck.sample(middle, 2))),
        "five words, any": typed(lambda: " ".join(luck.sample(middle, 5)), match="any"),
        "a phrase of two": typed(lambda: f'"{run(2)}"'),
        "a beginning": typed(lambda: luck.choice(middle)[:4] + "*"),
        "two words, two facets chosen": typed(
            lambda: " ".join(luck.sample(middle, 2)), chosen={"type": ["resource"], "year": ["2020", "2021", "2022"]}
        ),
        "25 words, any": typed(lambda: run(25), match="any"),
    }


def measure(records: list[tuple[str, str]], size: int) -> None:
    """All of it, for Elasticsearch if there is one, else for the database."""
    from search import engines, queries
    from search.elastic import rebuild, sync
    from search.elastic.client import configured
    from search.engines import elasticsearch
    from search.engines.base import SearchRequest

    engine: Any = engines.database_engine()
    if configured():
        elasticsearch.SECONDS = 30  # to see how long it takes, whatever it takes
        sync.drain()
        began = time.monotonic()
        rebuild.go_on()
        took = time.monotonic() - began
        say("rebuild", f"{took:.0f} s, {size / took:,.0f} documents a second")
        sync.drain()
        engine = elasticsearch.ElasticsearchEngine()
    say("engine", f"{engine.name}, {size:,} documents")
    say("question", "p50 / p95 in milliseconds, hits on average")
    for kind, asked in questions(records).items():
        took, totals = [], []
        requests = [
            SearchRequest(queries.parse(values.pop("typed")), (1, 2), members=True, facets=FACETS, **values)
            for values in asked
        ]
        for request in requests[:5] + requests:
            began = time.perf_counter()
            totals.append(engine.search(request).total)
            took.append((time.perf_counter() - began) * 1000)
        say(kind, f"{percentiles(took[5:])}, {statistics.mean(totals[5:]):,.0f}")
    save_to_found(engine)
    cost_of_a_save()


def save_to_found(engine: Any) -> None:
    """How long it takes until a change is found, the clock running beside."""
    from django.db.models import F
    from django.utils import timezone

    from search.elastic.client import configured
    from search.engines.base import SearchRequest
    from search.models import SearchDocument
    from search.queries import parse

    if not configured():
        return
    clock = subprocess.Popen([sys.executable, "manage.py", "clock"], cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        time.sleep(15)  # it starts, and does what is due
        took = []
        for number in range(15):
            word = f"zyx{number}{time.time_ns()}"
            SearchDocument.objects.filter(key=f"benchmark:{number + 100}").update(
                title=word, version=F("version") + 1, changed_at=timezone.now()
            )
            began = time.perf_counter()
            while not engine.search(SearchRequest(parse(word), (1, 2))).total:
                time.sleep(0.02)
            took.append((time.perf_counter() - began) * 1000)
        say("from a save to found", f"{percentiles(took)} ms")
    finally:
        clock.terminate()
        clock.wait()


def cost_of_a_save() -> None:
    """What publishing a resource takes, with its search document and without."""
    from home.models import SectionPage
    from home.signals import pages_changed
    from library.models import LibraryPage, ResourcePage
    from search.receivers import project_changed_pages

    library = LibraryPage.objects.descendant_of(SectionPage.objects.get(code="OH")).get()
    page = library.add_child(
        instance=ResourcePage(title="Saved", summary="Again and again", body=[("text", "<p>" + "word " * 700 + "</p>")])
    )

    def publish() -> float:
        began = time.perf_counter()
        page.save_revision().publish()
        return (time.perf_counter() - began) * 1000

    with_search, without = [], []
    for _ in range(20):
        with_search.append(publish())
        pages_changed.disconnect(project_changed_pages)
        without.append(publish())
        pages_changed.connect(project_changed_pages)
    page.delete()
    say("a save", f"{percentiles(with_search)} ms; without search {percentiles(without)} ms")


def percentiles(took: list[float]) -> str:
    """p50 / p95."""
    took = sorted(took)
    return f"{statistics.median(took):.0f} / {took[int(len(took) * 0.95)]:.0f}"


def say(name: str, value: str) -> None:
    """A line of the table, at once."""
    sys.stdout.write(f"| {name} | {value} |\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

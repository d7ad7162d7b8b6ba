"""What is measured of the search: questions, the page, suggestions, what a save costs, and when it is found."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.test import Client

from benchmarks.processor import Took, percentiles
from benchmarks.search_corpus import MEMBER
from home.models import SectionPage
from home.signals import pages_changed
from library.models import LibraryPage, ResourcePage
from members.models import User
from search import queries
from search.engines.base import OutOfStep, SearchRequest
from search.receivers import project_changed_pages
from search.results import rows_of
from search.rights import rights_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.processor import Stopwatch
    from search.engines.base import Engine, Results

FACETS = ("state", "topic", "setting", "kind", "year")
WARM = 5  # questions of each kind that are asked before
SAVES = 45
START = 4  # seconds until the clock runs
PATIENCE = 30  # seconds for one save to be found
ON_THE_PAGE = ("a word", "a common word", "two words", "five words, any", "two words, two facets chosen")


def ask_engine(engine: Engine, asked: dict[str, list[dict[str, Any]]], stopwatch: Stopwatch) -> Iterator[str]:
    """A row for each kind: the engine alone, then with twenty rows and their snippets, and how many it found."""
    user = User.objects.get(email=MEMBER)
    rights = rights_of(user)
    for kind, values in asked.items():
        requests = [
            SearchRequest(queries.parse(one["typed"]), **rights, facets=FACETS, **_without_typed(one)) for one in values
        ]
        alone, with_rows, totals = Took(), Took(), 0
        for request in requests[:WARM]:
            engine.search(request)
        for request in requests:
            results: list[Results] = []
            stopwatch.run(lambda request=request, into=results: into.append(engine.search(request)), alone)  # type: ignore[misc]
            totals += results[0].total
            rows = Took()
            hits, query = results[0].hits, request.query
            stopwatch.run(lambda hits=hits, query=query: rows_of(hits, query, user, rights, {}), rows)  # type: ignore[misc]
            with_rows.clock.append(alone.clock[-1] + rows.clock[0])
            with_rows.processor.append(alone.processor[-1] + rows.processor[0])
        yield f"{kind} | {alone} | {with_rows} | {totals / len(requests):,.0f}"


def _without_typed(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != "typed"}


def open_pages(asked: dict[str, list[dict[str, Any]]], stopwatch: Stopwatch) -> Iterator[str]:
    """A row for each kind: the whole search page, as a member of Ohio gets it."""
    client = Client()
    client.force_login(User.objects.get(email=MEMBER))
    for kind in ON_THE_PAGE:
        took = Took()
        addresses = [{"q": one["typed"], **one.get("chosen", {})} for one in asked[kind]]
        for number, address in enumerate(addresses[:WARM] + addresses):
            _get(client, "/search/", address, stopwatch, took if number >= WARM else Took())
        yield f"page: {kind} | {took}"


def suggest(beginnings: list[str], stopwatch: Stopwatch) -> str:
    """Suggestions for three letters, as a member."""
    client = Client()
    client.force_login(User.objects.get(email=MEMBER))
    took = Took()
    for letters in beginnings:
        _get(client, "/search/suggest/", {"q": letters}, stopwatch, took)
    return f"suggestions of three letters | {took}"


def _get(client: Client, path: str, data: dict[str, Any], stopwatch: Stopwatch, took: Took) -> None:
    answers: list[Any] = []
    stopwatch.run(lambda: answers.append(client.get(path, data)), took)
    if answers[0].status_code != 200 or b"The search server does not answer" in answers[0].content:
        raise RuntimeError(f"{path} {data} was answered {answers[0].status_code}, or by another engine.")


@contextmanager
def _a_resource() -> Iterator[ResourcePage]:
    library = LibraryPage.objects.descendant_of(SectionPage.objects.get(code="OH")).get()
    page = ResourcePage(title="Saved", summary="Again and again", body=[("text", f"<p>{'word ' * 700}</p>")])
    page = library.add_child(instance=page)
    try:
        yield page
    finally:
        page.delete()


def save(stopwatch: Stopwatch) -> Iterator[str]:
    """What publishing a resource takes, with its search document and without."""
    with_search, without = Took(), Took()
    with _a_resource() as page:
        for _ in range(SAVES):
            stopwatch.run(lambda: page.save_revision().publish(), with_search)
            pages_changed.disconnect(project_changed_pages)
            try:
                stopwatch.run(lambda: page.save_revision().publish(), without)
            finally:
                pages_changed.connect(project_changed_pages)
    yield f"a save | {with_search}"
    yield f"a save without search | {without}"


def save_to_found(engine: Engine) -> Iterator[str]:
    """From a page's publication to its being found, the clock beside: just started, with all its jobs to do, and later."""
    with (
        _a_resource() as page,
        subprocess.Popen(
            [sys.executable, "manage.py", "clock"], cwd=settings.BASE_DIR, stdout=subprocess.DEVNULL
        ) as clock,
    ):
        try:
            time.sleep(START)
            for when in ("the clock just started", "later"):
                took = [_until_found(engine, page, f"zyx{time.time_ns()}") for _ in range(SAVES)]
                yield f"from a save to found, {when} | {percentiles(took)} |"
        finally:
            clock.terminate()
            clock.wait()


def _until_found(engine: Engine, page: ResourcePage, word: str) -> float:
    page.title = word
    page.save_revision().publish()
    request = SearchRequest(queries.parse(word), **rights_of(User.objects.get(email=MEMBER)))
    began = time.perf_counter()
    while not _finds(lambda: engine.search(request).total):
        if time.perf_counter() - began > PATIENCE:
            raise RuntimeError(f"{word} was not found within {PATIENCE} seconds.")
        time.sleep(0.02)
    return (time.perf_counter() - began) * 1000


def _finds(search: Callable[[], int]) -> bool:
    try:
        return bool(search())
    except OutOfStep:  # it says itself that it is behind
        return False

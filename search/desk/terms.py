"""Counts which words are searched for, how often they find nothing, and how often a result is opened.

Of words alone: no person, no address, no order of searches. What looks like an address or a long number is not kept, and
everything is forgotten after a year. The privacy page says so.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import F
from django.utils import timezone

from search.models import SearchTerm
from search.queries import words

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

KEEP = dt.timedelta(days=365)
LONGEST_NUMBER = 4  # digits: a year, not a telephone number


def kept(typed: str) -> str:
    """The words of a search as they are counted; nothing where they might name a person's address or number."""
    if "@" in typed or "://" in typed:
        return ""
    found = words(typed)
    if any(sum(map(str.isdigit, word)) > LONGEST_NUMBER for word in found):
        return ""
    return " ".join(found)[:100]


def is_from_here(request: HttpRequest) -> bool:
    """Whether a page of this site asked, as browsers say (Fetch Metadata); programs and links from elsewhere do not."""
    return request.headers.get("Sec-Fetch-Site") == "same-origin"


def note_search(typed: str, results: int) -> None:
    """Somebody searched for these words and found so many results."""
    text = kept(typed)
    if text:
        _today(text).update(searches=F("searches") + 1, empty=F("empty") + int(results == 0), results=results)


def note_click(typed: str) -> None:
    """Somebody opened a result of a search for these words. Counts only where the search was counted today."""
    text = kept(typed)
    if text:
        SearchTerm.objects.filter(day=timezone.localdate(), words=text).update(clicks=F("clicks") + 1)


def _today(text: str) -> QuerySet[SearchTerm]:
    today = timezone.localdate()
    SearchTerm.objects.bulk_create([SearchTerm(day=today, words=text)], ignore_conflicts=True)
    return SearchTerm.objects.filter(day=today, words=text)


def forget() -> None:
    """Forget what was searched for more than a year ago. The clock calls it once a day."""
    SearchTerm.objects.filter(day__lt=timezone.localdate() - KEEP).delete()

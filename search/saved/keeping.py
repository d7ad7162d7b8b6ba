"""What a saved search is called, how many one may keep, and what is new in it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from home import mail
from search.filters import SearchFilters
from search.models import SavedSearch, SearchDocument, ToldResult
from search.results import entries_of
from search.rights import rights_of
from search.service import find

if TYPE_CHECKING:
    from home.models import Entry

MOST = 30  # searches of one person
LOOKED_AT = 100  # of the newest results, at each look
AT_ONCE = 200  # searches looked at in one run of the clock


def filters_of(address: str) -> SearchFilters:
    """What a saved address asks for."""
    return SearchFilters(QueryDict(address.removeprefix("?")))


def name_of(filters: SearchFilters) -> str:
    """What a search is called: its words and choices, "“jail screening”, Ohio, Resources"."""
    filters.take({name: dict.fromkeys(values, 0) for name, values in filters.chosen.items()})
    labels = [chip.label for chip in filters.chips(filters.groups())]
    return (", ".join(labels) or "Everything")[:160]


def keep(user: Any, data: QueryDict, pace: str) -> SavedSearch | None:
    """Keep a search for a person, or change its pace where it is kept; None where they keep as many as one may."""
    filters = SearchFilters(data)
    address = filters.address()[:1000]
    if pace not in SavedSearch.Pace.values:
        pace = SavedSearch.Pace.WEEKLY
    with transaction.atomic():
        kept = SavedSearch.objects.filter(user=user)
        if not kept.filter(address=address).exists() and kept.count() >= MOST:
            return None
        saved, _ = kept.get_or_create(user=user, address=address, defaults={"name": name_of(filters)})
        saved.pace = pace
        saved.next_at = timezone.now() + saved.every
        saved.save()
    return saved


def new_in(saved: SavedSearch) -> list[tuple[SearchDocument, Entry]]:
    """What this person may see now, matches, was published since they saved the search, and was not told yet."""
    rights = rights_of(saved.user)
    filters = filters_of(saved.address)
    answer = find(filters.request(rights, limit=LOOKED_AT, facets=(), sort="newest"))
    if answer.relaxed:  # some of the words is not what was asked for
        return []
    told = set(saved.told.values_list("key", flat=True))
    documents = SearchDocument.objects.present().filter(
        pk__in=[hit.document for hit in answer.results.hits], access__in=rights["rules"], published_at__gt=saved.since
    )
    documents = documents.select_related("section", "access").defer("text", "members_text").order_by("-published_at")
    fresh = [document for document in documents if document.key not in told]
    entries = entries_of(fresh, saved.user)
    return [(document, entries[document.pk]) for document in fresh if document.pk in entries]


def tell_due() -> None:
    """Write the mails that are due. The clock calls it every few minutes; what is interrupted goes on at the next call."""
    due = SavedSearch.objects.filter(next_at__lte=timezone.now(), user__is_active=True)
    for pk in list(due.order_by("next_at", "pk").values_list("pk", flat=True)[:AT_ONCE]):
        _tell(pk)


@transaction.atomic
def _tell(pk: int) -> None:
    """Tell one person of one search: mail, ledger and next date are one write."""
    now = timezone.now()
    saved = SavedSearch.objects.select_for_update(skip_locked=True).select_related("user").filter(pk=pk).first()
    if saved is None or saved.next_at > now:
        return
    found = new_in(saved)
    if found:
        ToldResult.objects.bulk_create(ToldResult(saved=saved, key=document.key) for document, _ in found)
        one = len(found) == 1
        mail.send(
            "saved_search",
            f"{'1 new result' if one else f'{len(found)} new results'}: {saved.name}",
            saved.user.email,
            {
                "saved": saved,
                "entries": [entry for _, entry in found],
                "search_address": reverse("search") + saved.address,
                "list_address": reverse("saved_searches"),
            },
        )
    saved.next_at = max(saved.next_at + saved.every, now + dt.timedelta(hours=1))
    saved.save(update_fields=["next_at"])

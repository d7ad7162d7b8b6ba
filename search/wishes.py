"""What a search did not find becomes a wish of the searcher's section, and a mail when something published answers it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from home import mail
from home.models import SectionPage, Wish
from search import engines, projection, queries
from search.filters import SearchFilters
from search.models import Wanted
from search.results import documents_of, entries_of
from search.rights import rights_of

if TYPE_CHECKING:
    from home.models import Entry

LOOKED_AT = 20  # the newest that match
TOLD = 5  # of them, in the mail
KEPT = dt.timedelta(days=365)  # the privacy page says so
SHORTEST = 3  # letters and digits of a wish


def sections_of(user: Any) -> list[SectionPage]:
    """The sections in whose name a person may wish: those of which they are a member."""
    if not user.is_authenticated:
        return []
    return [membership.section for membership in user.active_memberships() if membership.section]


def wish(user: Any, section: SectionPage, text: str) -> bool:
    """Put a wish under what a section is looking for, and wait for its answer; False where this person waits already.

    `text` is what was searched for. Raises ValueError where it says nothing.
    """
    text = " ".join(text.split())[:200]
    key = " ".join(queries.words(text))
    if len(key.replace(" ", "")) < SHORTEST:
        raise ValueError("A wish needs words.")
    with transaction.atomic():
        section = SectionPage.objects.select_for_update().get(pk=section.pk)
        if Wanted.objects.filter(user=user, query=key).exists():
            return False
        Wanted.objects.create(user=user, query=key, wish=_stated(section, text, user))
    return True


def _stated(section: SectionPage, text: str, user: Any) -> Wish:
    """The wish on the section's page. A draft that an editor has begun gets it too, and stays a draft."""
    open_ones = Wish.objects.filter(section=section, answered=None, text__iexact=text)
    if not open_ones.exists():
        made = Wish(text=text, since=timezone.localdate())
        if section.has_unpublished_changes and section.latest_revision:
            made.section = section
            made.save()
            draft = section.get_latest_revision_as_object()
            draft.wishes.add(made)
            draft.save_revision(user=user)
            projection.mark_stale([projection.page_key(section.pk)])
        else:
            section.wishes.add(made)
            section.save_revision(user=user).publish()
    return open_ones.latest("pk")


def answer() -> None:
    """Write once to each person whose wish something published since answers; forget wishes of a year ago.

    With the person's rights as they are now. The clock calls it; safe to run twice.
    """
    now = timezone.now()
    Wanted.objects.filter(asked_at__lt=now - KEPT).delete()
    waiting = Wanted.objects.filter(answered_at=None, user__is_active=True).select_related("user").order_by("pk")
    for wanted in waiting.iterator(chunk_size=100):
        entries = _published_since(wanted)
        if not entries:
            continue
        with transaction.atomic():
            if Wanted.objects.filter(pk=wanted.pk, answered_at=None).update(answered_at=now):
                address = f"{settings.SITE_URL}{reverse('search')}?{urlencode({'q': wanted.query})}"
                context = {"wanted": wanted, "entries": entries[:TOLD], "address": address}
                mail.send("wish_answered", f"Found: {wanted.query}", wanted.user.email, context)


def _published_since(wanted: Wanted) -> list[Entry]:
    filters = SearchFilters(QueryDict(urlencode({"q": wanted.query})))
    rights = rights_of(wanted.user)
    found = engines.engine().search(filters.request(rights, facets=(), sort="newest", limit=LOOKED_AT))
    documents = [document for document in documents_of(found.hits, rights) if document.published_at >= wanted.asked_at]
    entries = entries_of(documents, wanted.user)
    return [entries[each.pk] for each in documents if each.pk in entries and entries[each.pk].pk]

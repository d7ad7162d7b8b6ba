"""The Atom feed of a search: what anyone may see of it, newest first."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import conditional_page, require_safe

from home.feeds import BEFORE_ANYTHING, ITEMS, AtomFeed, absolute, add_entries, publicly, text
from home.filters import TYPES
from home.models import CommunitySettings, Entry
from search.filters import SearchFilters
from search.results import documents_of
from search.rights import of_anyone
from search.service import find

if TYPE_CHECKING:
    from django.http import HttpRequest

SEARCHES = uuid.UUID("7d0c3f0e-6a43-4f0f-9b51-3a0a7d1f8f5c")  # the namespace of the identifiers of these feeds


@require_safe
@conditional_page
def search_feed(request: HttpRequest) -> HttpResponse:
    """The newest content that a search finds, whoever asks. Takes the parameters of the search page."""
    filters = SearchFilters(request.GET)
    address = filters.address()
    filters.chosen.setdefault("type", list(TYPES))  # what has a date; not sections and people
    rights = of_anyone()
    answer = find(filters.request(rights, limit=ITEMS, facets=(), sort="newest", section=None))
    hits = [] if answer.relaxed else answer.results.hits  # some of the words is not what was asked for
    keys = [document.key.removeprefix("page:") for document in documents_of(hits, rights)]
    entries = Entry.objects.visible_to(None).filter(pk__in=[int(key) for key in keys if key.isdecimal()])
    community = CommunitySettings.for_request(request).name
    atom = AtomFeed(
        title=text(f"Search: {filters.words or 'everything'} · {community}"),
        link=absolute(reverse("search") + address),
        description=None,
        language=settings.LANGUAGE_CODE,
        feed_url=absolute(request.path + address),
        feed_guid=uuid.uuid5(SEARCHES, address).urn,
        author_name=text(community),
        updated=BEFORE_ANYTHING,
    )
    add_entries(atom, entries, community)
    response = HttpResponse(content_type=atom.content_type)
    atom.write(response, "utf-8")
    return publicly(response, atom.latest_post_date())

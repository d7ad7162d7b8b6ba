"""What else is like a page: asked of the engine, within the reader's rights, and never at the cost of the page.

What the engine said is kept for ten minutes. One that fails or is slow is left alone for a while; then what stands on the
same topics takes its place.
"""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING, Any

import structlog
from django.core.cache import cache

from home import access, listings
from home.models import Entry
from search import engines
from search.engines.base import EngineFailed, SearchRequest
from search.models import SearchDocument
from search.projection import page_key
from search.queries import Query
from search.results import PAGE_KEY
from search.rights import rights_of

if TYPE_CHECKING:
    from home.models import ContentPage

logger = structlog.get_logger(__name__)

LIMIT = 4
ASKED = 12  # more than are shown: sections and people may be among them
KEPT = 10 * 60  # seconds
SLOW = 0.3  # seconds: longer than a reader should wait for an aside
PAUSE = 5 * 60  # seconds in which a slow engine is not asked
_PAUSED = "related:paused"


def related(user: Any, page: ContentPage, topics: list[str]) -> list[Entry]:
    """At most four entries like this page that the reader may see now. `topics` are the page's, by slug.

    One query while the engine's answer is kept.
    """
    like = _like(page, user)
    if like is None:
        return listings.related(user, page, topics, limit=LIMIT)
    entries = Entry.objects.visible_to(user).select_related("section", "access").in_bulk(like)
    return [entries[pk] for pk in like if pk in entries][:LIMIT]


def _like(page: ContentPage, user: Any) -> list[int] | None:
    """The pages like this one, by primary key; None where the engine should not be asked, or cannot answer."""
    reader = hashlib.sha256(" ".join(sorted(access.keys_for(user))).encode()).hexdigest()[:32]
    key = f"related:{page.pk}:{page.live_revision_id}:{reader}"
    kept = cache.get(key)
    if kept is not None:
        return kept
    document = SearchDocument.objects.present().filter(key=page_key(page.pk)).values_list("pk", flat=True).first()
    if document is None or cache.get(_PAUSED):
        return None
    begun = time.monotonic()
    try:
        hits = engines.engine().related(document, SearchRequest(query=Query(), **rights_of(user), limit=ASKED))
    except EngineFailed as error:
        logger.warning("search_related_failed", reason=str(error))
        cache.set(_PAUSED, True, PAUSE)
        return None
    if time.monotonic() - begun > SLOW:
        cache.set(_PAUSED, True, PAUSE)
    found = SearchDocument.objects.present().filter(pk__in=[hit.document for hit in hits], key__startswith=PAGE_KEY)
    keys = dict(found.values_list("pk", "key"))
    like = [int(keys[hit.document].removeprefix(PAGE_KEY)) for hit in hits if hit.document in keys]
    cache.set(key, like, KEPT)
    return like

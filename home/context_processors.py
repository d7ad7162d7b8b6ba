"""What the frame of every page needs. All of it is lazy: a page that shows no frame makes no query."""

from __future__ import annotations

import re
from typing import Any

from django.utils.functional import SimpleLazyObject

from home.listings import of_place
from home.models import CommunitySettings, Entry
from home.setup import STANDARD_PAGES

MOST_BANNERS = 3
_IN_SECTION = re.compile(r"^/sections/([^/]+)/")


def frame(request) -> dict[str, Any]:
    """The community's name, the footer's links, and the urgent banners that this reader may see here."""
    user = getattr(request, "user", None)

    def banners() -> list[Entry]:
        if user is None:
            return []
        here = _IN_SECTION.findall(request.path.replace("\x00", ""))
        entries = of_place(Entry.objects.visible_to(user).urgent(), here, shared=True)
        return list(entries.for_rows().order_by("-urgent_from")[:MOST_BANNERS])

    return {
        "community": SimpleLazyObject(lambda: CommunitySettings.for_request(request)),
        "footer_links": [(f"/{slug}/", title) for slug, (title, _) in STANDARD_PAGES.items()],
        "urgent_entries": banners,
    }

"""What the frame of every page needs."""

from __future__ import annotations

from typing import Any

from home.models import Entry


def frame(request) -> dict[str, Any]:
    """The urgent banners that this reader may see. Lazy: a page that shows no frame makes no query."""
    user = getattr(request, "user", None)

    def banners() -> list[Entry]:
        if user is None:
            return []
        shown = Entry.objects.visible_to(user).urgent().select_related("section").order_by("-urgent_from")
        return list(shown[:20])

    return {"urgent_entries": banners}

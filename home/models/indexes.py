"""What the four index pages of every place share."""

from __future__ import annotations

from typing import Any

from home.models.base import StructuralPage


class IndexPage(StructuralPage):
    """Mixed into the index pages: one of each in every place, made with it. Lists the place's entries."""

    max_count_per_parent = 1
    lists = ()  # the entry types that it lists
    template = "pages/listing.html"

    @property
    def place(self) -> Any:
        """The section that this index belongs to, or None for the whole community."""
        from home.models.sections import SectionPage

        parent = self.get_parent().specific
        return parent if isinstance(parent, SectionPage) else None

    def get_context(self, request, *args, **kwargs):
        """The listing of this section; at the root, of all sections and what is shared."""
        from home.listings import ANYWHERE, FACETS_OF, listing

        place = self.place
        facets = FACETS_OF[self.lists[0]]
        found = listing(
            request,
            self.lists,
            section=place or ANYWHERE,
            facets=facets if place else [*facets, "state"],
        )
        return super().get_context(request, *args, **kwargs) | found | {"section": place}

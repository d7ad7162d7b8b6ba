"""What the four index pages of every place share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.functional import cached_property

from home.models.base import StructuralPage

if TYPE_CHECKING:
    from django.http import HttpRequest


class IndexPage(StructuralPage):
    """Mixed into the index pages: one of each in every place, made with it. Lists the place's entries."""

    max_count_per_parent = 1
    lists: tuple[str, ...] = ()  # the entry types that it lists

    @cached_property
    def place(self) -> Any:
        """The section that this index belongs to, or None for the whole community."""
        from home.models.sections import SectionPage

        return SectionPage.objects.ancestor_of(self).first()

    def listing(self, request: HttpRequest, **options: Any) -> dict[str, Any]:
        """The context of the listing: of this section; at the root, of all sections and what is shared."""
        from home.listings import ANYWHERE, FACETS_OF, listing

        facets = FACETS_OF[self.lists[0]]
        where = {"section": self.place} if self.place else {"section": ANYWHERE}
        return listing(request, self.lists, facets=facets if self.place else [*facets, "state"], **where, **options)

    def get_context(self, request, *args, **kwargs):
        """Adds the listing and the section."""
        return super().get_context(request, *args, **kwargs) | self.listing(request) | {"section": self.place}

"""The directory: people by section, role, topic and organization, and by name.

The same parameters and parts of a page as every listing (`home.filters`). A count is what this reader would find: a field
that they may not see neither finds a person nor counts one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, OuterRef, Subquery, Value, When

from home.filters import MAX_WORDS, FilterSet
from home.models import AccessRule
from members.models import Membership, Profile, ProfileFacet, Role
from members.profiles import names

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import QueryDict

    from home.models import SectionPage
    from members.models.profiles import ProfileQuerySet

FACETS = ["state", "role", "topic", "organization"]
IN_ORDER = ("user__last_name", "user__first_name", "pk")


class PeopleFilterSet(FilterSet):
    """What a reader asked for, applied to people."""

    base: Any

    def __init__(self, data: QueryDict, user: Any):
        super().__init__(data, Profile.objects.visible_to(user), user=user, types=(), facets=FACETS)  # type: ignore[arg-type]
        rules = AccessRule.objects.allowing(user).values_list("pk", flat=True)
        self._found_by = ProfileFacet.objects.filter(access__in=list(rules))

    def entries(self, *, leave_out: str | None = None) -> Any:
        """The people that match; without the choices of one facet where its own counts are wanted."""
        people = self.base
        for word in names.fold(self.query)[:MAX_WORDS]:
            found = self._found_by.filter(name="word", value__range=names.beginning_with(word))
            people = people.filter(pk__in=found.values("profile"))
        for name, values in self.chosen.items():
            if name != leave_out:
                found = self._found_by.filter(name=name, value__in=values)
                people = people.filter(pk__in=found.values("profile"))
        return people

    def results(self) -> Any:
        """The people that match, by last name, with all that a row shows."""
        return self.entries().with_parts().order_by(*IN_ORDER)

    def sorts(self) -> list[tuple[str, str]]:
        """By name alone."""
        return []

    def _rows(self, facets: list[str], *, leave_out: str | None = None) -> list[QuerySet]:
        if not facets:
            return []
        people = self.entries(leave_out=leave_out).order_by().values("pk")
        rows = self._found_by.filter(name__in=facets, profile__in=people).order_by()
        return [rows.values_list("name", "value").annotate(count=Count("pk"))]


def of_section(user: Any, section: SectionPage, *, limit: int) -> tuple[list[Profile], int]:
    """The people of a section whom a reader finds there, its leads first; and how many there are in all."""
    rules = AccessRule.objects.allowing(user).values("pk")
    here = ProfileFacet.objects.filter(name="state", value=section.slug, access__in=rules)
    people = Profile.objects.visible_to(user).filter(pk__in=here.values("profile"))
    count = people.count()
    return list(_leads_first(people, section)[:limit]) if count else [], count


def knowing_about(user: Any, topics: list[str], *, limit: int) -> list[Profile]:
    """Other people who know about these topics as far as the reader may see it, those with most of them first."""
    rules = AccessRule.objects.allowing(user).values("pk")
    told = ProfileFacet.objects.filter(name="topic", value__in=topics, access__in=rules)
    people = Profile.objects.visible_to(user).exclude(user=user).filter(pk__in=told.values("profile"))
    shared = told.filter(profile=OuterRef("pk")).order_by().values("profile").annotate(count=Count("pk"))
    found = people.annotate(shared=Subquery(shared.values("count"))).with_parts()
    return list(found.order_by("-shared", *IN_ORDER)[:limit])


def _leads_first(people: ProfileQuerySet, section: SectionPage) -> ProfileQuerySet:
    order = Case(*(When(role=role, then=Value(place)) for place, role in enumerate(reversed(Role))))
    rank = Membership.objects.filter(user=OuterRef("user"), section=section, active=True).annotate(rank=order)
    return people.annotate(rank=Subquery(rank.values("rank")[:1])).with_parts().order_by("rank", *IN_ORDER)

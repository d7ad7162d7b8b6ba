"""“Add to Ohio”: the ways to add content to a place, each one press from its form under the right parent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from wagtail.models import Page
from wagtail.permissions import policy_registry

from home.filters import TYPES
from home.models import ContentPage, HomePage

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMUNITY = "the whole community"


@dataclass(frozen=True)
class Way:
    """One thing that can be added, and the address of its form."""

    label: str
    url: str


@dataclass(frozen=True)
class PlaceToAdd:
    """A section, or the whole community, with the ways to add to it."""

    name: str
    ways: list[Way]


def content_types() -> list[type[ContentPage]]:
    """Every kind of page that editors publish, in the order of `home.filters.TYPES`, whichever app it is in."""
    order = list(TYPES)
    return sorted(
        (model for model in _below(ContentPage) if model.is_creatable), key=lambda model: order.index(model.type_name)
    )


def _below(model: type[ContentPage]) -> Iterator[type[ContentPage]]:
    for child in model.__subclasses__():
        yield child
        yield from _below(child)


def places_to_add(user: Any, within: Page | None = None) -> list[PlaceToAdd]:
    """The places in which this person may add something; with `within`, only that section or home page.

    Three queries however many places there are; none for people whom no role lets into the admin.
    """
    if not user.is_authenticated or not user.enters_admin:
        return []
    models = content_types()
    parents = {parent for model in models for parent in model.allowed_parent_page_models()}
    kinds = {kind.pk: model for model, kind in ContentType.objects.get_for_models(*parents).items()}
    indexes = policy_registry.get_by_type(Page).instances_user_has_permission_for(user, "add")
    indexes = indexes.filter(content_type__in=kinds)
    if within is not None:
        indexes = indexes.filter(path__startswith=within.path, depth=within.depth + 1)
    at: dict[str, dict[type[Page], int]] = {}
    for pk, path, kind in indexes.order_by("path").values_list("pk", "path", "content_type"):
        at.setdefault(path[: -Page.steplen], {})[kinds[kind]] = pk
    places = Page.objects.filter(path__in=at).order_by("depth", "title")
    shared = ContentType.objects.get_for_model(HomePage)
    return [
        PlaceToAdd(
            COMMUNITY if place.content_type_id == shared.pk else place.title, list(_ways(models, at[place.path]))
        )
        for place in places
    ]


def _ways(models: list[type[ContentPage]], indexes: dict[type[Page], int]) -> Iterator[Way]:
    for model in models:
        for parent in model.allowed_parent_page_models():
            if parent in indexes:
                names = (model._meta.app_label, model._meta.model_name, indexes[parent])
                url = reverse("wagtailadmin_pages:add", args=names)
                for label, anchor in model.ways_to_add:
                    yield Way(label, f"{url}#{anchor}" if anchor else url)

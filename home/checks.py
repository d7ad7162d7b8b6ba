"""What must hold for the audience rule to be the only one, and for the tree to stay a tree of known shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.checks import Error, Tags, register
from django.db import connections
from wagtail.models import CollectionViewRestriction, Page, PageViewRestriction, get_page_models

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.core.checks import CheckMessage


@register(Tags.database)
def no_restrictions(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """No row of Wagtail's own privacy: nothing of ours asks it, so it would promise what nobody keeps.

    Run by `migrate` and by `check --database default`.
    """
    return [
        Error(
            f"There are rows of {model.__name__}, and nothing on this site asks them.",
            hint="Say who sees a page by its audience, then delete these rows.",
            id="home.E001",
        )
        for alias in databases or []
        for model in (PageViewRestriction, CollectionViewRestriction)
        if model._meta.db_table in connections[alias].introspection.table_names()
        and model.objects.using(alias).exists()
    ]


@register
def page_types_know_their_place(**kwargs: Any) -> list[CheckMessage]:
    """Every page type says where it may stand, what may stand below it, and what it is for; Wagtail's privacy is off."""
    return [
        Error(sentence, obj=model, id="home.E002")
        for model in get_page_models()
        if model is not Page
        for sentence in missing(model)
    ]


def missing(model: type[Page]) -> Iterator[str]:
    """What a page type leaves unsaid, in sentences."""
    if model.private_page_options:
        yield "Set private_page_options = []: the audience rule is the only one."
    if not model.is_creatable:
        return
    if "parent_page_types" not in vars(model):
        yield "Name its parent_page_types."
    if not any("subpage_types" in vars(base) for base in model.__mro__ if base.__module__.split(".")[0] != "wagtail"):
        yield "Name its subpage_types."
    if not model.page_description:
        yield "Give it a page_description: editors read it when they choose what to add."

"""Makes many content pages at once, each as the admin would have made it.

Saving one page through Wagtail takes some ninety queries; here every table gets its rows in batches: the tree, each table
of the page's inheritance, topics and other terms, files and links, the revision, the history, the reference index, the
admin's search index, and our own flat row. `tests/test_bulk.py` holds a bulk page against one from the admin's form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import CharField, F, OuterRef, Subquery
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from django.utils.text import slugify
from modelcluster.models import get_all_child_m2m_relations, get_all_child_relations
from wagtail.log_actions import LogContext, get_active_log_context
from wagtail.models import Page, PageLogEntry, PageSubscription, ReferenceIndex, Revision
from wagtail.search.backends import get_search_backends

from home import entries, planner
from home.signals import pages_changed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from home.models.base import ContentPage

BATCH = 200
SLUG_LENGTH = 80  # an address stays below the 1,024 characters of an entry even when every letter is percent-encoded


@transaction.atomic
def create(
    parent: Page,
    pages: Iterable[ContentPage],
    *,
    user: Any = None,
    publish: bool = True,
    at: Callable[[Any], datetime] | None = None,
    progress: Callable[[int], Any] | None = None,
) -> list[Any]:
    """Save new pages below a parent, in order, in the caller's transaction; give them back as they are saved.

    Takes unsaved pages of one type, with their many-to-many values and inline children already assigned; the `user` who
    becomes owner and stands in the history; whether to publish or to leave drafts; a function that says when a page was
    saved, if not now; and one that is told how many pages each batch made. Slugs that are missing or taken are made.
    Sends no signals. Raises ValidationError, with the page's title, for a page that the form would refuse.
    """
    pages = list(pages)
    if not pages:
        return pages
    model = type(pages[0])
    if any(type(page) is not model for page in pages):
        raise TypeError("All pages of one call must be of one type.")
    _place(parent, pages, user=user, live=publish)
    active = get_active_log_context()
    with LogContext(user=user or active.user) as context:
        context.uuid = active.uuid or context.uuid
        for start in range(0, len(pages), BATCH):
            batch = pages[start : start + BATCH]
            insert_rows(model, batch)
            _insert_children(model, batch)
            _record(batch, user=user, publish=publish, at=at, context=context)
            _index(model, batch)
            if progress:
                progress(len(batch))
    if len(pages) >= BATCH:
        planner.tell()
    return pages


def _place(parent: Page, pages: list[ContentPage], *, user: Any, live: bool) -> None:
    """Give each page its place in the tree and the values that Wagtail would set on its first save."""
    fresh = Page.objects.select_for_update().select_related("locale").get(pk=parent.pk)
    last = fresh.get_last_child()
    position = last._get_lastpos_in_path() if last else 0
    slugs = _Slugs(fresh)
    section = None
    for number, page in enumerate(pages, start=1):
        page.depth = fresh.depth + 1
        page.path = Page._get_path(fresh.path, page.depth, position + number)
        page.numchild = 0
        page._cached_parent_obj = fresh
        page.slug = slugs.take(page.slug or slugify(page.title, allow_unicode=True) or page.type_name)
        page.set_url_path(fresh)
        page.draft_title = page.title
        page.locale = fresh.locale
        page.owner = page.owner or user
        page.live = live
        if number == 1:
            section = page.nearest_section()
        page.section = section
        _check(page)
    parent.numchild = fresh.numchild + len(pages)
    Page.objects.filter(pk=fresh.pk).update(numchild=F("numchild") + len(pages))


class _Slugs:
    """Hands out slugs that no page below the parent has, by Wagtail's rule: a number is added to one that is taken."""

    def __init__(self, parent: Page) -> None:
        self.taken = set(parent.get_children().values_list("slug", flat=True))
        self.next: dict[str, int] = {}

    def take(self, wanted: str) -> str:
        base = wanted
        if len(base) > SLUG_LENGTH:
            base = base[: SLUG_LENGTH + 1].rpartition("-")[0] or base[:SLUG_LENGTH]
        slug, number = base, self.next.get(base, 1)
        while slug in self.taken:
            number += 1
            slug = f"{base}-{number}"
        self.next[base] = number
        self.taken.add(slug)
        return slug


def _check(page: ContentPage) -> None:
    """Refuse what the form would refuse. Relations and unique columns are set here and need no query each."""
    derived = [field.name for field in page._meta.concrete_fields if field.is_relation or field.unique]
    try:
        page.clean_fields(exclude=derived)
        if page.audience == "section" and page.section is None:
            page.clean()
    except ValidationError as error:
        raise ValidationError(f"“{page.title}”: {' '.join(error.messages)}") from error


def insert_rows(model: type[ContentPage], pages: list[ContentPage]) -> None:
    """One insert for each table that a page of this type has a row in, and nothing else: what is derived is not written.

    Takes pages that have their place in the tree. Django's own `bulk_create` takes one table only.
    """
    tables = [*reversed(model._meta.get_parent_list()), model]
    for table in tables:
        fields = [field for field in table._meta.local_concrete_fields if field is not table._meta.auto_field]
        rows = table._base_manager.get_queryset()._batched_insert(pages, fields, None)
        if table is Page:
            for page, (number,) in zip(pages, rows, strict=True):
                for link in tables:
                    setattr(page, link._meta.pk.attname, number)
    for page in pages:
        page._state.adding = False
        page._state.db = "default"


def _insert_children(model: type[ContentPage], pages: list[ContentPage]) -> None:
    """The inline children, and the rows of the many-to-many tables."""
    names = [relation.get_accessor_name() for relation in get_all_child_relations(model)]
    names += [field.name for field in get_all_child_m2m_relations(model)]
    for page in pages:
        given = page.__dict__.setdefault("_cluster_related_objects", {})
        for name in names:
            given.setdefault(name, [])  # nothing given is nothing there: no need to ask the database
    for relation in get_all_child_relations(model):
        children = []
        for page in pages:
            for order, child in enumerate(getattr(page, relation.get_accessor_name()).get_object_list()):
                setattr(child, relation.field.name, page)
                if hasattr(child, "sort_order") and child.sort_order is None:
                    child.sort_order = order
                children.append(child)
        relation.related_model.objects.bulk_create(children)
    for field in get_all_child_m2m_relations(model):
        ours, theirs = field.m2m_column_name(), field.m2m_reverse_name()
        through = field.remote_field.through
        through.objects.bulk_create(
            through(**{ours: page.pk, theirs: value.pk})
            for page in pages
            for value in getattr(page, field.name).get_object_list()
        )


def _record(
    pages: list[ContentPage],
    *,
    user: Any,
    publish: bool,
    at: Callable[[Any], datetime] | None,
    context: LogContext,
) -> None:
    """The first revision of each page, its publication, and its history: what the admin's create view leaves behind."""
    now = timezone.now()
    revisions = Revision.objects.bulk_create(
        Revision(
            content_type=page.content_type,
            base_content_type=page.get_base_content_type(),
            object_id=str(page.pk),
            created_at=at(page) if at else now,
            user=user,
            object_str=str(page),
            content=page.serializable_data(),
        )
        for page in pages
    )
    _publish(pages, revisions, publish=publish)
    PageLogEntry.objects.bulk_create(
        PageLogEntry(
            content_type=page.content_type,
            label=page.get_admin_display_title(),
            action=action,
            timestamp=revision.created_at,
            uuid=context.uuid,
            user=context.user,
            page=page,
            revision=None if action == "wagtail.create" else revision,
            content_changed=True,
        )
        for page, revision in zip(pages, revisions, strict=True)
        for action in ["wagtail.create", "wagtail.edit", *(["wagtail.publish"] if publish else [])]
    )
    if user:
        PageSubscription.objects.bulk_create(
            PageSubscription(page=page, user=user, comment_notifications=True) for page in pages
        )


def _publish(pages: list[ContentPage], revisions: list[Revision], *, publish: bool) -> None:
    """Point the pages at their revisions, in one update, and say the same on the objects in memory."""
    for page, revision in zip(pages, revisions, strict=True):
        page.latest_revision = revision
        page.latest_revision_created_at = revision.created_at
        page.has_unpublished_changes = not publish
        if publish:
            page.live_revision = revision
            page.first_published_at = page.first_published_at or revision.created_at
            page.last_published_at = revision.created_at
    own = Revision.objects.filter(
        base_content_type=pages[0].get_base_content_type(), object_id=Cast(OuterRef("pk"), CharField())
    )
    revision_pk, saved_at = Subquery(own.values("pk")[:1]), Subquery(own.values("created_at")[:1])
    values: dict[str, Any] = {
        "latest_revision": revision_pk,
        "latest_revision_created_at": saved_at,
        "has_unpublished_changes": not publish,
    }
    if publish:
        values |= {
            "live_revision": revision_pk,
            "first_published_at": Coalesce("first_published_at", saved_at),
            "last_published_at": saved_at,
        }
    Page.objects.filter(pk__in=[page.pk for page in pages]).update(**values)


def _index(model: type[ContentPage], pages: list[ContentPage]) -> None:
    """What is derived from the pages: references, the admin's search, our row and its facets."""
    base_content_type = ReferenceIndex._get_base_content_type(model)
    ReferenceIndex.objects.bulk_create(
        ReferenceIndex(
            content_type=page.content_type,
            base_content_type=base_content_type,
            object_id=page.pk,
            to_content_type_id=to_content_type_id,
            to_object_id=to_object_id,
            model_path=model_path,
            content_path=content_path,
            content_path_hash=ReferenceIndex._get_content_path_hash(content_path),
        )
        for page in pages
        for to_content_type_id, to_object_id, model_path, content_path in sorted(
            set(ReferenceIndex._extract_references_from_object(page))
        )
    )
    for backend in get_search_backends(with_auto_update=True):
        backend.add_bulk(model, pages)
    for page in pages:
        page.write_own_rows()
    entries.write(page for page in pages if page.live)
    pages_changed.send(sender=model, pages=pages)

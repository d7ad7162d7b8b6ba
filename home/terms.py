"""Which pages use a term, and how two terms become one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, IntegerField, OuterRef, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce
from wagtail.log_actions import log
from wagtail.models import Revision, get_page_models

from home import entries
from home.signals import terms_merged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import ManyToManyField, QuerySet

    from home.models import Term

CHUNK = 200


def fields_of(model: type[Term]) -> Iterator[ManyToManyField]:
    """The many-to-many fields of page types that take terms of this vocabulary (`Topic`, `Setting`, ...)."""
    for page_model in get_page_models():
        for field in page_model._meta.local_many_to_many:
            if field.remote_field.model is model:
                yield field


def _through(field: ManyToManyField) -> Any:
    """The manager of the rows that tie pages to terms."""
    return field.remote_field.through._default_manager  # type: ignore[union-attr]


def with_uses(terms: QuerySet[Term]) -> QuerySet[Term]:
    """Terms of one vocabulary with `uses`: how many pages carry each. Counted in the same query."""
    total: Any = Value(0)
    for field in fields_of(terms.model):
        rows = _through(field).filter(**{field.m2m_reverse_field_name(): OuterRef("pk")})
        counted = rows.order_by().values(field.m2m_reverse_field_name()).annotate(count=Count("pk")).values("count")
        total += Coalesce(Subquery(counted, output_field=IntegerField()), 0)
    return terms.annotate(uses=total)


def drafts_with(term: Term) -> Iterator[tuple[Revision, str]]:
    """The saved versions whose content names the term, each with the name of the field that does."""
    for name in {field.name for field in fields_of(type(term))}:
        # Both databases keep the list as `"topics": [3, 12]`; the digits around the number must end there.
        pattern = rf'"{name}": \[([0-9, ]*[^0-9])?{term.pk}[^0-9]'
        rows = Revision.objects.annotate(text=Cast("content", TextField())).filter(text__regex=pattern)
        for revision in rows.iterator(chunk_size=CHUNK):
            if term.pk in (revision.content.get(name) or []):
                yield revision, name


def use_count(term: Term) -> int:
    """How many pages carry the term, as published or in their newest draft."""
    pages = set()
    for field in fields_of(type(term)):
        rows = _through(field).filter(**{field.m2m_reverse_field_name(): term.pk})
        pages |= {str(pk) for pk in rows.values_list(field.m2m_column_name(), flat=True)}
    newest = {revision.object_id for revision, _ in drafts_with(term) if revision.is_latest_revision()}
    return len(pages | newest)


@transaction.atomic
def merge(term: Term, into: Term, user: Any) -> int:
    """Make two terms of one vocabulary one: every page, draft, older version and row that has the first gets the second.

    The first is deleted. Gives the number of pages that used it. Raises ValueError for a term and itself, or for
    terms of two vocabularies.
    """
    if term.pk == into.pk or type(term) is not type(into):
        raise ValueError("Two different terms of one vocabulary can be merged.")
    count = use_count(term)
    for field in fields_of(type(term)):
        page, other = field.m2m_column_name(), field.m2m_reverse_field_name()
        rows = _through(field)
        both = rows.filter(**{other: into.pk}).values(page)
        rows.filter(**{other: term.pk, f"{page}__in": both}).delete()
        rows.filter(**{other: term.pk}).update(**{other: into.pk})
    changed = []
    for revision, name in drafts_with(term):
        replaced = [into.pk if pk == term.pk else pk for pk in revision.content[name]]
        revision.content[name] = list(dict.fromkeys(replaced))
        changed.append(revision)
    Revision.objects.bulk_update(changed, ["content"], batch_size=CHUNK)
    entries.rename_value(term.vocabulary, term.slug, into.slug)
    log(into, "home.merge_term", user=user, data={"merged": term.name, "pages": count})
    terms_merged.send(sender=type(term), term=term, into=into)
    term.delete()
    return count

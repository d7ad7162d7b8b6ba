"""What our additions to the admin's templates need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.contrib.admin.utils import NestedObjects
from django.db import router
from django.template.defaultfilters import pluralize
from wagtail.models import Page, ReferenceIndex

from home.models import SiteDocument, SiteImage

if TYPE_CHECKING:
    from collections.abc import Mapping

register = template.Library()

# What Wagtail keeps about a page (search index, history) goes without saying.
OURS = {"home", "members", "calendar_app", "library"}


@register.simple_tag
def goes_with(page: Page) -> Mapping[str, Any]:
    """What deleting a page for good takes with it (`rows`, in words), and the files that stay (`files`)."""
    pages = list(Page.objects.descendant_of(page, inclusive=True).specific())
    collector: Any = NestedObjects(using=router.db_for_write(Page))
    collector.collect(pages)
    counts = {
        model._meta.verbose_name_plural if len(found) > 1 else model._meta.verbose_name: len(found)
        for model, found in collector.model_objs.items()
        if not model._meta.auto_created and not issubclass(model, Page) and model.__module__.split(".")[0] in OURS
    }
    versions = sum(each.revisions.count() for each in pages)
    rows = [f"{len(pages)} page{pluralize(len(pages))} with {versions} saved version{pluralize(versions)}"]
    rows += [f"{count} {name}" for name, count in sorted(counts.items(), key=lambda item: str(item[0]))]
    files: list[str] = []
    for model, word in ((SiteDocument, "file"), (SiteImage, "picture")):
        used = ReferenceIndex.objects.filter(
            base_content_type=ReferenceIndex._get_base_content_type(Page),
            object_id__in=[str(each.pk) for each in pages],
            to_content_type=ReferenceIndex._get_base_content_type(model),
        ).values_list("to_object_id", flat=True)
        files += [f"{file.title} ({word})" for file in model.objects.filter(pk__in=[int(pk) for pk in used])]
    return {"rows": rows, "files": files}

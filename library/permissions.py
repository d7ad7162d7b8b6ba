"""Who may bring resources into which library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wagtail.models import Page
from wagtail.permissions import policy_registry

from library.importing.rows import Refusal
from library.models import LibraryPage

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from library.models import ResourceImport


def importable(user: Any) -> QuerySet[LibraryPage]:
    """The libraries in which this person may add and publish."""
    policy = policy_registry.get_by_type(Page)
    libraries = LibraryPage.objects.order_by("path")
    for right in ("add", "publish"):
        libraries = libraries.filter(pk__in=policy.instances_user_has_permission_for(user, right).values("pk"))
    return libraries


def may_add_topics(user: Any) -> bool:
    """Whether this person keeps the community's list of topics."""
    return user.has_perm("home.add_topic")


def check_import(job: ResourceImport) -> None:
    """Raise Refusal where the owner of an import has lost a right that it needs since they uploaded it."""
    if not importable(job.owner).filter(pk=job.library_id).exists():
        raise Refusal("You can no longer publish in this library. Ask its lead if you need to.")
    if job.create_topics and not may_add_topics(job.owner):
        raise Refusal("You can no longer add topics. Upload the file again, without adding topics.")

"""Retire instead of delete: a retired page is hidden everywhere and can be put back as it was."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.permissions import policy_registry
from wagtail.signals import page_published, page_unpublished

from home.models import ContentPage

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from wagtail.models import Page

LISTED_FOR = dt.timedelta(days=30)


@transaction.atomic
def retire(page: Page, user: Any) -> bool:
    """Hide a page: not live, no review under way, no publication planned. Its address, versions and files stay.
    Its aliases, the same page listed elsewhere in the tree, go and come with it.

    Gives whether anything was done; a page that is retired already stays as it is.
    """
    page = _locked(page)
    if page.retired_at:
        return False
    state = page.current_workflow_state
    if state:
        state.cancel(user=user)
    page.revisions.update(approved_go_live_at=None)
    page.retired_at = timezone.now()
    page.live_when_retired = page.live
    page.live = False
    page.save(clean=False)
    log(page, "home.retire", user=user)
    if page.live_when_retired:
        page_unpublished.send(sender=page.specific_class, instance=page)
    for alias in page.aliases.all():
        retire(alias, user)
    return True


@transaction.atomic
def put_back(page: Page, user: Any) -> bool:
    """Undo `retire`: what was live is live again at its address, with its row; a draft is a draft again.

    Gives whether anything was done. Raises ValidationError where the page may not be published as it is now.
    """
    page = _locked(page)
    if not page.retired_at:
        return False
    page.live, page.live_when_retired, page.retired_at = page.live_when_retired, False, None
    page.save(clean=page.live)
    log(page, "home.put_back", user=user)
    if page.live:
        page_published.send(sender=page.specific_class, instance=page, revision=page.live_revision)
    for alias in page.aliases.all():
        put_back(alias, user)
    return True


def _locked(page: Page) -> ContentPage:
    return ContentPage.objects.select_for_update().get(pk=page.pk).specific


def retired_pages(user: Any) -> QuerySet[ContentPage]:
    """What this person may put back, newest first: all for administrators, else their sections' of the last 30 days."""
    pages = ContentPage.objects.filter(retired_at__isnull=False).order_by("-retired_at")
    if user.is_superuser:
        return pages
    policy = policy_registry.get_by_type(ContentPage)
    theirs = policy.instances_user_has_any_permission_for(user, {"publish"})
    own = policy.instances_user_has_any_permission_for(user, {"change"}).filter(owner=user)
    recent = pages.filter(retired_at__gte=timezone.now() - LISTED_FOR)
    return recent.filter(Q(pk__in=theirs.values("pk")) | Q(pk__in=own.values("pk"), live_when_retired=False))


def without_retired(parent_page: Any, pages: QuerySet, request: Any) -> QuerySet:
    """The explorer's list: what is retired stands in a list of its own."""
    return pages.exclude(pk__in=ContentPage.objects.filter(retired_at__isnull=False).values("pk"))

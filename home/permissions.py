"""What a person may do in the admin, beyond the rights that groups carry.

Groups give rights over a section's pages and collection (`members.roles`); Wagtail asks for them in most of its views.
Here is what it does not ask: pages that hold a section together stay, content is retired rather than deleted, and an
id typed into an admin address opens nothing that the explorer or the chooser would not have shown.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect
from wagtail.admin import messages
from wagtail.models import Page, PagePermissionTester, get_page_models
from wagtail.permissions import policy_registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
    from wagtail.query import PageQuerySet

# The names under which Wagtail's admin addresses carry the id of a page.
PAGE_ARGUMENTS = ("page_id", "parent_page_id", "page_to_move_id", "destination_id", "page_pk")


class SitePermissionTester(PagePermissionTester):
    """Only administrators delete for good."""

    def can_delete(self, ignore_bulk=False):
        return self.user.is_superuser and super().can_delete(ignore_bulk)

    def can_move(self):
        # Stock Wagtail asks `can_delete` here. Moving loses nothing, so whoever may publish may move.
        return self.user.is_active and (self.user.is_superuser or {"change", "publish"} <= self.permissions)


class StructuralPermissionTester(SitePermissionTester):
    """Pages that hold a section together: only administrators unpublish, move or copy them either."""

    def can_unpublish(self):
        return self.user.is_superuser and super().can_unpublish()

    def can_move(self):
        return self.user.is_superuser and super().can_move()

    def can_copy(self):
        return self.user.is_superuser and super().can_copy()


class ContentPermissionTester(SitePermissionTester):
    """Content is retired instead."""

    def can_retire(self) -> bool:
        """Whoever may publish the page may retire it and put it back; so may the author of a draft, as a draft."""
        return self.can_publish() or (not self.page.live and self.can_edit() and self.page.owner_id == self.user.pk)


def explorable(user: Any) -> PageQuerySet:
    """The pages that the explorer shows this person: their sections' and what stands above them."""
    return policy_registry.get_by_type(Page).explorable_instances(user)


def choosable(user: Any, pages: PageQuerySet | None = None) -> PageQuerySet:
    """The pages that this person may link to: those of their sections, and published ones that they may see.

    Takes the pages to choose from; all, if none are given.
    """
    from home.models import ContentPage, Entry

    pages = Page.objects.all() if pages is None else pages
    if user.is_superuser:
        return pages
    content = ContentType.objects.get_for_models(*(kind for kind in get_page_models() if issubclass(kind, ContentPage)))
    structure = ~Q(content_type__in=[kind.pk for kind in content.values()])
    condition = Q(live=True) & (structure | Q(pk__in=Entry.objects.visible_to(user).values("pk")))
    for right in policy_registry.get_by_type(Page).get_cached_permissions_for_user(user):
        condition |= Q(path__startswith=right.page.path)
    return pages.filter(condition)


def may_open(user: Any, thing: Any) -> bool:
    """Whether the admin may name a page, a document or an image to this person."""
    if isinstance(thing, Page):
        return explorable(user).filter(pk=thing.pk).exists()
    policy = policy_registry.get_by_type(type(thing))
    return policy.user_has_any_permission_for_instance(user, ["change", "delete", "choose"], thing)


def at_the_door(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Wrap an admin view: only people who work here, and only the pages that they could have come to.

    Somebody signed in who has no part in the admin gets 403 (Wagtail would send them to sign in, for ever). Whoever types
    the id of a page that the explorer (in the page chooser: the chooser) would not have shown gets 404: several of
    Wagtail's views show the title of any page whose id they are given.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        ids = {kwargs[name] for name in PAGE_ARGUMENTS if name in kwargs}
        user = request.user
        if user.is_authenticated and not user.has_perm("wagtailadmin.access_admin"):
            raise PermissionDenied
        if ids and user.is_authenticated and not user.is_superuser:
            match = request.resolver_match
            chooser = match is not None and match.view_name.startswith("wagtailadmin_choose_page")
            pages = choosable(user) if chooser else explorable(user)
            if pages.filter(pk__in=ids).count() < len(ids):
                raise Http404
        return view(request, *args, **kwargs)

    return answer


def refused_in_words(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Wrap an admin view, around its transaction: what a page's own `save` refuses is said, and nothing is written.

    Forms say it beside the field; publishing from a list, a review or a menu has no form to say it on. A modeladmin list
    that is asked for by a parameter it does not know is shown without.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except IncorrectLookupParameters:  # a list asked for by a parameter that means nothing to it
            return redirect(request.path)
        except ValidationError as error:
            for sentence in error.messages:
                messages.error(request, sentence)
            page_id = kwargs.get("page_id")
            return redirect("wagtailadmin_pages:edit", page_id) if page_id else redirect("wagtailadmin_home")

    return answer

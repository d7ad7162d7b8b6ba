"""The admin's pages for retiring a page and putting it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.menus.pages import PageMenuItem
from wagtail.admin.utils import get_valid_next_url_from_request

from home.models import ContentPage
from home.retirement import put_back, retire, retired_pages

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

PER_PAGE = 50


class RetireMenuItem(PageMenuItem):
    """“Retire” in the explorer's menus and in the header of a page."""

    label = "Retire"
    icon_name = "bin"
    url_name = "retire_page"

    def is_shown(self, user: Any) -> bool:
        """Where the person may retire the page, and it is not retired."""
        return _retirable(self.page, user)


class RetiredMenuItem(MenuItem):
    """“Retired” in the main menu."""

    def is_shown(self, request: HttpRequest) -> bool:
        """For everybody who may work on pages."""
        return request.user.has_perm("wagtailadmin.access_admin")


def _retirable(page: Any, user: Any) -> bool:
    page = page.specific_deferred
    return isinstance(page, ContentPage) and not page.retired_at and page.permissions_for_user(user).can_retire()


@require_http_methods(["GET", "HEAD", "POST"])
def retire_page(request: HttpRequest, page_id: int) -> HttpResponse:
    """Ask, then retire. Pressing twice does no harm."""
    page = get_object_or_404(ContentPage, pk=page_id).specific
    if not page.permissions_for_user(request.user).can_retire():
        raise PermissionDenied
    back = get_valid_next_url_from_request(request) or reverse("wagtailadmin_explore", args=[page.get_parent().pk])
    if request.method == "POST":
        if retire(page, request.user):
            messages.success(
                request,
                f"“{page.get_admin_display_title()}” is retired. Nobody finds it any more.",
                buttons=[messages.button(reverse("retired_pages"), "See what is retired")],
            )
        return redirect(back)
    return TemplateResponse(request, "home/admin/retire.html", {"page": page, "next": back})


@require_POST
def put_page_back(request: HttpRequest, page_id: int) -> HttpResponse:
    """Put a retired page back as it was."""
    page = get_object_or_404(ContentPage, pk=page_id).specific
    if not page.permissions_for_user(request.user).can_retire():
        raise PermissionDenied
    edit = messages.button(reverse("wagtailadmin_pages:edit", args=[page.pk]), "Edit")
    try:
        if put_back(page, request.user):
            where = "is live again at its old address" if page.live_when_retired else "is a draft again"
            messages.success(request, f"“{page.title}” {where}.", buttons=[edit])
    except ValidationError as error:
        messages.error(request, f"“{page.title}” stays retired. {' '.join(error.messages)}", buttons=[edit])
    return redirect("retired_pages")


@require_safe
def retired_list(request: HttpRequest) -> HttpResponse:
    """What is retired, newest first."""
    pages = Paginator(retired_pages(request.user).select_related("section"), PER_PAGE).get_page(request.GET.get("p"))
    return TemplateResponse(request, "home/admin/retired.html", {"pages": pages})

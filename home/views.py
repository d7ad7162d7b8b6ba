"""Answers that belong to no page: files, restricted images, and refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header
from wagtail.documents.views.serve import serve

from home import access, files
from home.models import SiteDocument, SiteImage, SiteRendition
from home.storage import RESTRICTED

if TYPE_CHECKING:
    from uuid import UUID


def refuse(request: HttpRequest, page: Any = None) -> HttpResponse:
    """The answer to somebody who may not see a thing: the sign-in page, or 403 in plain words.

    Takes the page if there is one; its title is never told, only whose it is.
    """
    if not request.user.is_authenticated:
        response: HttpResponse = redirect_to_login(request.get_full_path())
    else:
        section = getattr(page, "section", None)
        only_section = section is not None and access.MEMBERS not in page.access_keys()
        context = {"refused_section": section if only_section else None}
        response = render(request, "403.html", context, status=403)
    patch_cache_control(response, private=True, no_store=True)
    return response


def as_visible_as_its_pages(request: HttpRequest, response: HttpResponse, file: Any) -> HttpResponse:
    """The answer, with the cache headers that fit who may see a file."""
    if access.can_see_file(AnonymousUser(), file):
        patch_cache_control(response, public=True, no_cache=True)
    else:
        response.headers.pop("ETag", None)
        patch_cache_control(response, private=True, no_store=True)
    return response


def file(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The newest version of a document, at the address that it keeps. As visible as the pages that use it."""
    document = get_object_or_404(SiteDocument, uuid=uuid)
    if not access.can_see_file(request.user, document):
        return refuse(request)
    try:
        response = serve(request, document.pk, document.filename)
    except FileNotFoundError as error:
        raise Http404("The file of this document is missing.") from error
    response.headers.pop("Content-Encoding", None)  # Wagtail writes "None" where there is none
    if response.status_code == 200:
        attached = document.content_disposition != "inline"
        name = files.download_name(document)
        response.headers["Content-Disposition"] = content_disposition_header(attached, name)
        response = files.in_part(request, response)
    return as_visible_as_its_pages(request, response, document)


def restricted_image(request: HttpRequest, name: str) -> HttpResponse | FileResponse:
    """A restricted image or one of its renditions, for those who may see a page that uses it."""
    stored = RESTRICTED + name
    rendition = SiteRendition.objects.select_related("image").filter(file=stored).first()
    image = rendition.image if rendition else get_object_or_404(SiteImage, file=stored)
    if not access.can_see_file(request.user, image):
        return refuse(request)
    try:
        response = FileResponse(storages["images"].open(stored))
    except FileNotFoundError as error:
        raise Http404("The file of this image is missing.") from error
    patch_cache_control(response, private=True, no_store=True)
    return response

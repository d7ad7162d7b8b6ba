"""Which pages, documents and images somebody may choose.

Documents and images need nothing of ours but the rights that `members.roles` hands out: Wagtail's choosers ask for the
`choose` right of the collection. The page chooser asks for none.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from wagtail.admin.views import chooser
from wagtail.models import Page

from home.permissions import choosable, may_open

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from wagtail.query import PageQuerySet


class ChosenPagesView(chooser.ChosenMultipleView):
    """What the page chooser gives back for several pages: those that this person may link to."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Drop the ids of all others."""
        ids = [pk for pk in request.GET.getlist("id") if pk.isdigit()]
        theirs = choosable(request.user, Page.objects.filter(pk__in=ids, depth__gt=1))
        request.GET = request.GET.copy()  # type: ignore[assignment]
        request.GET.setlist("id", [str(pk) for pk in theirs.values_list("pk", flat=True)])
        return super().get(request)


class ExternalLinkView(chooser.ExternalLinkView):
    """A pasted address becomes a link to our page only for people who may link to it.

    Wagtail answers with the title of the page's newest draft: where that is not theirs to see, the address stays an
    address.
    """

    def post(self, request: HttpRequest) -> HttpResponse:
        """Answer as for an address elsewhere when the page or its draft is not theirs to know."""
        response = super().post(request)
        answer = json.loads(response.content)
        page_id = (answer.get("internal") or answer.get("result") or {}).get("id")
        if page_id is None:
            return response
        page = choosable(request.user, Page.objects.filter(pk=page_id)).first()
        if page and (page.draft_title == page.title or may_open(request.user, page)):
            return response
        return self.render_chosen_response(self.get_result_data())


def may_choose_page(pages: PageQuerySet, request: HttpRequest) -> PageQuerySet:
    """The page chooser's list and its search."""
    return choosable(request.user, pages)

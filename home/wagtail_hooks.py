"""Registration with Wagtail. Behaviour lives elsewhere."""

from django.http import Http404
from wagtail import hooks

from home import access, choosers
from home.models import ContentPage
from home.views import refuse


@hooks.register("before_serve_page")
def ask_the_audience_rule(page, request, serve_args, serve_kwargs):
    """Content pages are served to those who may see them; past its expiry a page is not there."""
    if isinstance(page, ContentPage) and not access.can_see(request.user, page):
        if page.has_expired_by_now():
            raise Http404
        return refuse(request, page)
    return None


@hooks.register("before_serve_document")
def ask_the_audience_rule_for_files(document, request):
    """Also where a document is served by Wagtail's own view."""
    return None if access.can_see_file(request.user, document) else refuse(request)


hooks.register("construct_page_chooser_queryset", choosers.may_choose_page)

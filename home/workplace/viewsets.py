"""Which views Wagtail's admin uses for our pages."""

from __future__ import annotations

from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.models import Page

from home.models import ContentPage
from home.workplace import views


class SitePageViewSet(PageViewSet):
    """Every page: no save over somebody else's by accident."""

    model = Page
    edit_view_class = views.PageEditView
    revisions_revert_view_class = views.PageRevertView


class ContentPageViewSet(SitePageViewSet):
    """Content pages: who sees what stands beside Publish."""

    model = ContentPage
    parent_models = ()
    add_view_class = views.ContentCreateView
    edit_view_class = views.ContentEditView
    revisions_revert_view_class = views.ContentRevertView

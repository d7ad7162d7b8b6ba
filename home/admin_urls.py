"""Admin addresses that stand before Wagtail's own, where its view tells or allows too much."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, re_path
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.bulk_action.registry import bulk_action_registry
from wagtail.utils.urlpatterns import decorate_urlpatterns

from home.choosers import ChosenPagesView, ExternalLinkView
from home.permissions import may_open


def absent(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """Something of Wagtail's that this site does not have."""
    raise Http404


class _OnlyWhatIsTheirs:
    """Mixed into a bulk action: what the person may not even see is left out, not listed as out of reach."""

    def get_actionable_objects(self):
        objects, others = super().get_actionable_objects()
        return objects, {name: [item for item in items if self._theirs(item)] for name, items in others.items()}

    def _theirs(self, item: Any) -> bool:
        return may_open(self.request.user, item["item"] if isinstance(item, dict) else item)


def bulk_action(request: HttpRequest, app_label: str, model_name: str, action: str) -> HttpResponse:
    """One action on several pages, documents or images."""
    stock = bulk_action_registry.get_bulk_action_class(app_label, model_name, action)
    if stock is None:
        raise Http404
    view = type(stock.__name__, (_OnlyWhatIsTheirs, stock), {})
    return view(request, apps.get_model(app_label, model_name)).dispatch(request)


urlpatterns = decorate_urlpatterns(
    [
        path("bulk/<str:app_label>/<str:model_name>/<str:action>/", bulk_action, name="wagtail_bulk_action"),
        path(
            "choose-page/chosen-multiple/", ChosenPagesView.as_view(), name="wagtailadmin_choose_page_chosen_multiple"
        ),
        path("choose-external-link/", ExternalLinkView.as_view(), name="wagtailadmin_choose_page_external_link"),
        # Who sees what is decided by the audience rule alone.
        path("pages/<int:page_id>/privacy/", absent),
        path("collections/<int:collection_id>/privacy/", absent),
        # Read by no part of the admin; lists files whatever the collection.
        re_path(r"^api/main/(?:documents|images)/", absent),
        # Names the page edited last, of each type, wherever it is.
        re_path(r"^reports/page-types-usage/", absent),
    ],
    require_admin_access,
)

"""Addresses. docs/architecture.md lists those that people outside rely on."""

import functools

from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.contrib.sitemaps.views import sitemap
from django.db import transaction
from django.urls import include, path
from django.views.generic import RedirectView, TemplateView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from home import admin_urls as home_admin_urls
from home import views as home_views
from home.permissions import at_the_door, refused_in_words
from home.sitemaps import EntrySitemap, PageSitemap
from members.oversight import overseen
from members.security.second_step import second_step_first
from operations import health
from search.extraction import views as extraction_views


def _whole_writes(view):
    """One admin post is one transaction: Wagtail's moves, copies and deletes with the rows that follow them."""
    whole = transaction.atomic(view)

    def answer(request, *args, **kwargs):
        return (view if request.method in ("GET", "HEAD", "OPTIONS") else whole)(request, *args, **kwargs)

    return answer


# What the admin may beyond the site: a library of Wagtail's writes styles into its pages, and the preview is a frame.
_admin_csp = [
    csp_update({"style-src": ["'self'", "'unsafe-inline'"], "img-src": ["blob:"]}),
    csp_replace({"frame-ancestors": ["'self'"]}),
]
_to_sign_in = RedirectView.as_view(pattern_name="account_login", query_string=True)

urlpatterns = [
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    # Wagtail's own ways in would bypass allauth, so they lead to it.
    path("admin/login/", _to_sign_in),
    path("admin/password_reset/", RedirectView.as_view(pattern_name="account_reset_password")),
    path("_util/login/", _to_sign_in),
    path("", include("members.joining.urls")),
    path("", include("members.sessions.urls")),
    path("accounts/", include("members.security.urls")),
    path("accounts/", include("allauth.urls")),
    path("files/<uuid:uuid>/", home_views.file, name="file"),
    path("files/<uuid:uuid>/text/", extraction_views.file_text, name="file_text"),
    path("images/restricted/<path:name>", home_views.restricted_image, name="restricted_image"),
    path("", include("search.urls")),
    path("contact/", include("home.contact.urls")),
    path("my/members/", include("members.roster.urls")),
    path("", include("members.profiles.urls")),
    path("", include("members.writing.urls")),
    path("", include("members.privacy.urls")),
    path("my/", include("members.my.urls")),
    path("styleguide/", include("styleguide.urls")),
    path("feeds/", include("home.urls")),
    path("calendars/", include("calendar_app.urls")),
    path(
        "sitemap.xml",
        sitemap,
        {"sitemaps": {"pages": PageSitemap, "content": EntrySitemap}},
        name="sitemap",
    ),
    path("robots.txt", TemplateView.as_view(template_name="robots.txt", content_type="text/plain"), name="robots"),
    path(
        "admin/",
        include(
            functools.reduce(
                decorate_urlpatterns,
                [at_the_door, second_step_first, overseen, *_admin_csp, _whole_writes, refused_in_words],
                [*home_admin_urls.urlpatterns, *wagtailadmin_urls.urlpatterns],
            )
        ),
    ),
]

handler400 = "operations.errors.bad_request"
handler429 = "operations.errors.too_many_requests"
handler500 = "operations.errors.server_error"

if settings.DEBUG:
    from django.conf.urls.static import static

    urlpatterns += static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT)
    urlpatterns += [path("outbox/", include("operations.urls"))]

urlpatterns += [path("", include(wagtail_urls))]

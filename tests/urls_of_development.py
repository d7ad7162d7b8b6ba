"""The site's addresses as they are where DEBUG is on."""

from django.urls import include, path

import worksite.urls

urlpatterns = [path("outbox/", include("operations.urls")), *worksite.urls.urlpatterns]

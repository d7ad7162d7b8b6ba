"""Addresses of feeds. `<slug>` is a section's, or `all`."""

from django.urls import path

from home import feeds

urlpatterns = [
    path("<slug:slug>.atom", feeds.feed, name="feed"),
    path("<slug:slug>/<slug:narrowed>.atom", feeds.feed, name="feed"),
]

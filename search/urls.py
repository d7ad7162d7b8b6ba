"""Addresses of the search."""

from django.urls import path

from search import feeds, views

urlpatterns = [
    path("", views.search, name="search"),
    path("suggest/", views.suggest, name="search_suggest"),
    path("feed.atom", feeds.search_feed, name="search_feed"),
]

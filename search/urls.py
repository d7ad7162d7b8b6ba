"""Addresses of the search."""

from django.urls import path

from search import feeds, views
from search.desk import views as desk
from search.saved import views as saved

urlpatterns = [
    path("search/", views.search, name="search"),
    path("search/suggest/", views.suggest, name="search_suggest"),
    path("search/wish/", views.wish, name="search_wish"),
    path("search/feed.atom", feeds.search_feed, name="search_feed"),
    path("search/click/", desk.clicked, name="search_click"),
    path("search/save/", saved.save_search, name="save_search"),
    path("my/searches/", saved.saved_searches, name="saved_searches"),
    path("my/searches/<int:pk>/", saved.change_search, name="change_search"),
]

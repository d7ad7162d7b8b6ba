"""Addresses of a person's own pages, below `/my/`."""

from django.urls import path

from members.letters import views as letters
from members.my import views

urlpatterns = [
    path("", views.my, name="my"),
    path("settings/", views.settings, name="my_settings"),
    path("seen/", views.seen, name="my_seen"),
    path("follow/", views.follow, name="my_follow"),
    path("letter/<str:token>/", letters.stop, name="letter_stop"),
    path("beginning/", views.begin, name="my_beginning"),
]

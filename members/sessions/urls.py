"""Addresses around the end of a session."""

from django.urls import path

from members.sessions import views

urlpatterns = [
    path("accounts/session/", views.session, name="session"),
    path("accounts/session/back/", views.session_back, name="session_back"),
    path("my/unsent/", views.unsent, name="unsent"),
]

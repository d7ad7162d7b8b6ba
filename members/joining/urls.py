"""Addresses of joining: one's own request, the requests that one answers, and invitations."""

from django.urls import path

from members.joining import views

urlpatterns = [
    path("accounts/signup/", views.ask, name="account_signup"),  # before allauth's own
    path("join/", views.join, name="join"),
    path("join/invitation/<str:token>/", views.invitation, name="invitation"),
    path("my/requests/", views.requests, name="requests"),
    path("my/requests/<int:pk>/", views.answer, name="request"),
    path("my/invitations/<slug:place>/", views.invite, name="invite"),
    path("my/invitations/<slug:place>/send/", views.send_invitations, name="invite_send"),
    path("my/invitations/<slug:place>/<int:pk>/withdraw/", views.withdraw, name="invite_withdraw"),
]

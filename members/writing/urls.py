"""Addresses of messages to people."""

from django.urls import path

from members.writing import views

urlpatterns = [
    path("people/<uuid:uuid>/write/", views.write, name="person_write"),
    path("my/messages/", views.messages_of, name="messages"),
    path("my/messages/<uuid:uuid>/", views.message, name="message"),
]

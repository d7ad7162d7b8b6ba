"""The readable outbox. `worksite.urls` mounts it in development only."""

from django.urls import path

from operations import views

urlpatterns = [
    path("", views.outbox, name="outbox"),
    path("<int:pk>/", views.outbox_message, name="outbox_message"),
]

"""Addresses of what is a person's own to decide."""

from django.urls import path

from members.privacy import views

urlpatterns = [
    path("my/data/", views.data, name="my_data"),
    path("my/delete/", views.delete, name="my_delete"),
    path("my/consent/", views.agree, name="my_consent"),
]

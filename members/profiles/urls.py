"""Addresses of profiles and of the directory."""

from django.urls import path

from members.profiles import views

urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/<uuid:uuid>/", views.person, name="person"),
    path("people/<uuid:uuid>/<slug:name>.webp", views.photo, name="person_photo"),
    path("my/profile/", views.mine, name="my_profile"),
    path("my/profile/preview/", views.preview, name="my_profile_preview"),
]

"""Addresses of the contact form."""

from django.urls import path

from home.contact import views

urlpatterns = [
    path("", views.contact, name="contact"),
    path("sent/", views.contact_sent, name="contact_sent"),
]

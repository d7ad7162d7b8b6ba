"""Addresses of calendars. `<slug>` is a section's, or `all`."""

from django.urls import path

from calendar_app import views

urlpatterns = [
    path("event/<uuid:uid>.ics", views.event, name="event_calendar"),
    path("<slug:slug>.ics", views.calendar, name="calendar"),
]

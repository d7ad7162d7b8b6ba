"""Addresses of the member lists."""

from django.urls import path

from members.roster import views

urlpatterns = [
    path("", views.places, name="rosters"),
    path("<slug:place>/", views.roster, name="roster"),
    path("<slug:place>/export/", views.export, name="roster_export"),
    path("<slug:place>/appoint/", views.appoint, name="roster_appoint"),
    path("<slug:place>/<int:pk>/", views.person, name="roster_person"),
    path("<slug:place>/<int:pk>/hand-over/", views.hand_over, name="roster_hand_over"),
]

"""Addresses of signing in, before allauth's own."""

from django.urls import path

from members.security import views

urlpatterns = [
    path("2fa/set-up/", views.set_up, name="second_step"),
    path("2fa/recovery-codes/", views.recovery_codes, name="mfa_view_recovery_codes"),
    path("login/code/confirm/", views.confirm_code, name="account_confirm_login_code"),
]

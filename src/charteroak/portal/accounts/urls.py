"""Addresses below ``/account/``."""

from django.urls import path

from charteroak.portal.accounts import own_password, views

app_name = "accounts"
urlpatterns = [
    path("", views.account, name="account"),
    path("password/", own_password.password, name="password"),
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("sign-out/", views.SignOut.as_view(), name="sign-out"),
]

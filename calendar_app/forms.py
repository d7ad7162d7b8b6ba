"""Forms of events in the admin."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from calendar_app import times
from home.forms import ContentPageForm

_DAYS = re.compile(r"(\d+)\s*d(?:ays?)?", re.IGNORECASE)
_CLOCK = re.compile(r"(\d+):([0-5]\d)(?::00)?")
_MOMENT = re.compile(r"(?:(\d{1,2}):(?=\d\d:))?(\d{1,3}):([0-5]\d)")
_WORDS = re.compile(
    r"(?:(?P<hours>\d+)\s*h(?:ours?|rs?)?)?\s*(?:and\s*)?(?:(?P<minutes>\d+)\s*m(?:in(?:utes?|s)?)?)?", re.IGNORECASE
)


class LengthField(forms.DurationField):
    """How long something lasts, as people write it: 1:30, 90 min, 2 hours, 3 days.

    Django's own field reads 1:30 as a minute and a half.
    """

    REFUSAL = "Write how long it lasts as hours and minutes, for example 1:30, or as days, for example 2 days."

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"size": 8}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> dt.timedelta | None:
        """Give the duration. Raises ValidationError for what it cannot read."""
        if value in self.empty_values or isinstance(value, dt.timedelta):
            return value or None
        text = str(value).strip()
        if days := _DAYS.fullmatch(text):
            return dt.timedelta(days=min(int(days[1]), 9999))
        if clock := _CLOCK.fullmatch(text):
            return dt.timedelta(hours=min(int(clock[1]), 9999), minutes=int(clock[2]))
        words = _WORDS.fullmatch(text)
        if words and (words["hours"] or words["minutes"]):
            return dt.timedelta(
                hours=min(int(words["hours"] or 0), 9999), minutes=min(int(words["minutes"] or 0), 99999)
            )
        raise ValidationError(self.REFUSAL, code="invalid")

    def prepare_value(self, value: Any) -> Any:
        """Show whole days as days, all else as hours and minutes."""
        if not isinstance(value, dt.timedelta):
            return value
        minutes = int(value.total_seconds()) // 60
        if minutes and minutes % (24 * 60) == 0:
            days = minutes // (24 * 60)
            return f"{days} day" if days == 1 else f"{days} days"
        return f"{minutes // 60}:{minutes % 60:02}"


class MomentField(forms.DurationField):
    """A time in a recording, as players show it: 12:30, or 1:02:30.

    Django's own field would show 12:30 as 00:12:30, and take days.
    """

    REFUSAL = "Write the time as the player shows it, for example 12:30 or 1:02:30."

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"size": 8}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> dt.timedelta | None:
        """Give the time since the beginning. Raises ValidationError for what it cannot read."""
        if value in self.empty_values or isinstance(value, dt.timedelta):
            return None if value in self.empty_values else value
        match = _MOMENT.fullmatch(str(value).strip())
        if not match:
            raise ValidationError(self.REFUSAL, code="invalid")
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return dt.timedelta(hours=hours, minutes=minutes, seconds=seconds)

    def prepare_value(self, value: Any) -> Any:
        """Show it as it is typed."""
        return times.position(value.total_seconds()) if isinstance(value, dt.timedelta) else value


class EventPageForm(ContentPageForm):
    """The form of an event."""

    class Meta(ContentPageForm.Meta):  # type: ignore[name-defined]
        field_classes = {"duration": LengthField}

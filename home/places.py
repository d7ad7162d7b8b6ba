"""Facts about the States, DC and the five inhabited territories, read from `data/states.csv`."""

from __future__ import annotations

import csv
import functools
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).parent / "data"

# IANA names and what members call them, from east to west. Wherever a zone is chosen, this is the list.
TIME_ZONES = [
    ("America/Puerto_Rico", "Atlantic (Puerto Rico)"),
    ("America/St_Thomas", "Atlantic (U.S. Virgin Islands)"),
    ("America/New_York", "Eastern"),
    ("America/Detroit", "Eastern (Michigan)"),
    ("America/Indiana/Indianapolis", "Eastern (Indiana)"),
    ("America/Chicago", "Central"),
    ("America/Menominee", "Central (Michigan)"),
    ("America/Denver", "Mountain"),
    ("America/Boise", "Mountain (Idaho)"),
    ("America/Phoenix", "Arizona"),
    ("America/Los_Angeles", "Pacific"),
    ("America/Anchorage", "Alaska"),
    ("America/Adak", "Hawaii-Aleutian (Adak)"),
    ("Pacific/Honolulu", "Hawaii"),
    ("Pacific/Pago_Pago", "Samoa"),
    ("Pacific/Guam", "Chamorro (Guam)"),
    ("Pacific/Saipan", "Chamorro (Northern Mariana Islands)"),
]


@dataclass(frozen=True)
class Place:
    """A State or territory: USPS code, name, kind (`state`, `territory`), HHS region, IANA zones (most people first)."""

    code: str
    name: str
    kind: str
    hhs_region: int
    time_zones: tuple[str, ...]


@functools.cache
def places() -> tuple[Place, ...]:
    """All 56, in the file's order."""
    with (DATA / "states.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Place(row["code"], row["name"], row["kind"], int(row["hhs_region"]), tuple(row["time_zones"].split()))
            for row in csv.DictReader(file)
        )


def place_choices() -> list[tuple[str, str]]:
    """USPS code and name, alphabetical, for form fields."""
    return sorted(((place.code, place.name) for place in places()), key=lambda choice: choice[1])

"""What one reader's letter holds, out of all there is to tell. Pure: what it needs has been read before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from home import access
from members.letters.offers import FIRST_NEWS_OF, NEWS_OF
from members.models import Letter

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from home.models import SectionPage
    from members.letters.offers import Offer

FOR_ALL = "For all States"


@dataclass
class Contents:
    """One letter: dates of the week, soonest first; then news, place by place, the reader's own first."""

    dates: list[Offer] = field(default_factory=list)
    places: dict[str, list[Offer]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    covered: list[str] = field(default_factory=list)  # news of what stands among the dates: told by that

    @property
    def items(self) -> list[str]:
        """What the ledger will say was told."""
        return [offer.item for offers in (self.dates, *self.places.values()) for offer in offers] + self.covered

    @property
    def subject(self) -> str:
        """For example "Ohio and 3 other States: 7 new items"."""
        if not self.places:
            return f"{len(self.dates)} dates this week" if len(self.dates) > 1 else "A date this week"
        first, *others = self.places
        count = sum(map(len, self.places.values()))
        items = f"{count} new item{'' if count == 1 else 's'}"
        if not others:
            return f"{first}: {items}"
        only_states = all(self.kinds[name] in ("state", "territory") for name in self.places)
        noun = "State" if only_states else "place"
        return f"{first} and {len(others)} other {noun}{'' if len(others) == 1 else 's'}: {items}"


@dataclass(frozen=True)
class Reader:
    """Somebody who gets a letter, with what was read for a whole batch: what they follow, what they were told."""

    user: Any
    sections: list[SectionPage]  # that they follow
    topics: frozenset[str]
    told: set[str]


def contents_for(reader: Reader, offers: Iterable[Offer], now: dt.datetime) -> Contents:
    """What to tell a reader: what they may see now, were not told, and want. A first letter tells of one week."""
    user = reader.user
    since = now - (NEWS_OF if user.letter_on else FIRST_NEWS_OF)
    held = access.keys_for(user)
    near = {section.slug: section for section in [*user.own_sections(), *reader.sections]}
    wanted = [
        offer
        for offer in offers
        if offer.item not in reader.told
        and (offer.begins or offer.entry.published_at > since)
        and offer.entry.is_open_to(held)
        and (
            offer.entry.section_id is None
            or not near.keys().isdisjoint(offer.states)
            or not reader.topics.isdisjoint(offer.topics)
            # A State's dates are for those who go there; news of all is for whoever wants it.
            or (offer.begins is None and user.letter == Letter.ALL)
        )
    ]
    found = Contents(dates=sorted((one for one in wanted if one.begins), key=lambda one: (one.begins, one.item)))
    order = {slug: place for place, slug in enumerate(near)}
    groups: dict[tuple[int, str], list[Offer]] = {}
    among_dates = {offer.entry.pk for offer in found.dates}
    for offer in wanted:
        if offer.begins is None and offer.entry.pk in among_dates:
            found.covered.append(offer.item)
        elif offer.begins is None:
            section = _place(offer, near, order)
            rank = len(order) if section is None else order.get(section.slug, len(order) + 1)
            name = section.title if section else FOR_ALL
            groups.setdefault((rank, name), []).append(offer)
            found.kinds[name] = section.kind if section else ""
    found.places = {name: group for (_, name), group in sorted(groups.items(), key=lambda pair: pair[0])}
    return found


def _place(offer: Offer, near: dict[str, SectionPage], order: dict[str, int]) -> SectionPage | None:
    """Under whose heading a piece of news stands: the first of the reader's sections that lists it, else its own."""
    listed = offer.states & near.keys()
    return near[min(listed, key=order.__getitem__)] if listed else offer.entry.section

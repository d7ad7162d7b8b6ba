"""The demonstration's own documents: what stands in `library/data/demo_documents/`, and what is composed from it.

`authored.toml` and `decks.toml` hold whole documents. Fidelity reviews, county tables and budgets share a shape, so they
are composed here from their facts into the markup of `home.demo_text`; every sum is worked out, none is typed. Pure.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from django.utils.text import slugify

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DATA = Path(__file__).parent / "data" / "demo_documents"
QUARTERS = ("July to September", "October to December", "January to March", "April to June")
AGES = (("18 to 25", 0.17), ("26 to 39", 0.36), ("40 to 59", 0.34), ("60 and older", 0.13))


def read() -> Iterator[dict[str, Any]]:
    """Every document as `library.demo` makes a resource of it: section, slug, title, files, text and the rest."""
    for name in ("authored", "decks"):
        yield from _toml(name)["document"]
    fidelity = _toml("fidelity")
    for facts in fidelity["review"]:
        yield _review(facts, fidelity["domains"], fidelity["items"])
    for facts in _toml("counties")["table"]:
        yield _counties(facts)
    for facts in _toml("budgets")["budget"]:
        yield _budget(facts)


def _toml(name: str) -> dict[str, Any]:
    with (DATA / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def _table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    return "\n".join("| " + " | ".join(map(_cell, row)) + " |" for row in [head, *rows])


def _cell(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _money(amount: float) -> str:
    return f"${round(amount):,}"


# Fidelity reviews ------------------------------------------------------------------------------------------------------


def _review(facts: dict[str, Any], domains: list[str], items: list[list[list[str]]]) -> dict[str, Any]:
    """The report of one visit: scores of all 35 items, a remark on each domain, and what to change first."""
    scores = [[int(digit) for digit in domain] for domain in facts["scores"].split()]
    means = [sum(domain) / len(domain) for domain in scores]
    mean = sum(means) / len(means)
    program, scale = facts["program"], facts["scale"]
    best, worst = domains[means.index(max(means))], domains[means.index(min(means))]
    lowest = sorted(
        (score, number, advice)
        for number, (found, known) in enumerate(zip(scores, items, strict=True))
        for score, (_, advice) in zip(found, known, strict=True)
    )[:4]
    word = {1: "one day", 2: "two days"}[facts["days"]]
    parts = [
        "# In short",
        (
            f"Two reviewers spent {word} at {program}, {facts['place']}, in {facts['month']}. They read {facts['charts']} "
            f"records and talked with {facts['staff']} members of staff and {facts['people']} people who come there. The "
            f"mean of the seven domains is {mean:.1f} of 5; at the visit before it was {facts['before']:.1f}."
        ),
        f"{program} is strongest in {best.lower()} and weakest in {worst.lower()}. What we will tell others about:",
        facts["strength"],
        "# Scores by domain",
        _table(
            ["Domain", "Items", "Mean"],
            [[name, len(found), f"{value:.1f}"] for name, found, value in zip(domains, scores, means, strict=True)],
        ),
        (
            "A mean below 2 stands for one condition only, about 3 for a program that is capable of both, and 5 for one "
            f"that is built around both. {program} asked for the review itself and may share or keep this report."
        ),
    ]
    for name, found, known, note in zip(domains, scores, items, facts["notes"], strict=True):
        parts += [f"# {name}", note]
        parts.append(_table(["What we looked at", "Score"], [[known[i][0], found[i]] for i in range(len(found))]))
        weak = [advice for score, (_, advice) in zip(found, known, strict=True) if score <= 2]
        if weak:
            parts += ["What would raise the lowest scores here:", "\n".join(f"- {advice}" for advice in weak)]
    parts += [
        "# What to change first",
        f"We suggest no more than four things for the coming year, and that {program} chooses the order:",
        "\n".join(f"- {advice}" for _, _, advice in lowest),
        "# How we worked",
        (
            f"The {scale} scale has 35 items in seven domains, each scored from 1 to 5 on what reviewers see, hear and "
            f"read. Both reviewers score alone and then agree; at {program} they differed on {2 + facts['charts'] % 5} "
            f"items, never by more than one point. Records were drawn by lot from those open for at least three months."
        ),
    ]
    return {
        "section": facts["section"],
        "slug": slugify(f"fidelity review {program} {facts['month']}"),
        "title": f"Fidelity review with the {scale}: {program}, {facts['month']}",
        "summary": f"Scores, remarks and four things to change first. {facts['strength']}",
        "kind": "report",
        "publisher": "Fidelity reviewers of the learning community",
        "year": facts["year"],
        "published": facts["published"],
        "licence": "permission",
        "topics": ["fidelity-reviews", "data-and-measurement"],
        "settings": ["substance-use-treatment-program" if scale == "DDCAT" else "community-mental-health-center"],
        "stages": ["sustaining"],
        "requirements": ["fidelity-tool"],
        "audience": "public" if mean >= 3 else "members",
        "files": ["pdf"],
        "text": "\n\n".join(parts),
    }


# County tables ---------------------------------------------------------------------------------------------------------


def _counties(facts: dict[str, Any]) -> dict[str, Any]:
    """A county table: screened, signs of both, began care, still in care; by county, quarter and age."""
    random = Random(facts["title"])  # noqa: S311 - the same numbers in every run, nothing secret
    rows: list[list[Any]] = []
    quarters: list[list[Any]] = [[quarter, 0, 0] for quarter in QUARTERS]
    for county, about in sorted(facts["people"].items()):
        screened = round(about * random.uniform(0.93, 1.07))
        both = round(screened * facts["share"] * random.uniform(0.8, 1.2))
        began = round(both * facts["started"] * random.uniform(0.85, 1.15))
        rows.append([county, screened, both, began, round(began * random.uniform(0.52, 0.78))])
        for line, screened_then, both_then in zip(
            quarters, _split(screened, random), _split(both, random), strict=True
        ):
            line[1] += screened_then
            line[2] += both_then
    totals = [sum(row[column] for row in rows) for column in range(1, 5)]
    ages = [[name, round(totals[1] * share)] for name, share in AGES[:-1]]
    ages.append([AGES[-1][0], totals[1] - sum(count for _, count in ages)])
    shares = {row[0]: row[2] / row[1] for row in rows}
    high, low = max(shares, key=shares.__getitem__), min(shares, key=shares.__getitem__)
    kept = max(rows, key=lambda row: row[4] / row[3])[0]
    parts = [
        "# About this table",
        facts["why"],
        facts["careful"],
        f"The numbers for {', '.join(shares)} are invented for this demonstration.",
        "# By county",
        _table(
            ["County", "Screened", "Signs of both", "Began care", "In care after 90 days"], [*rows, ["Total", *totals]]
        ),
        (
            f"Of {totals[0]:,} people who were screened, {totals[1]:,} had signs of both conditions, "
            f"{totals[1] / totals[0]:.0%}. The share was highest in {high}, {shares[high]:.0%}, and lowest in {low}, "
            f"{shares[low]:.0%}. {totals[2]:,} people began care for both, and "
            f"{totals[3]:,} were still in care after ninety days. {kept} kept the largest part."
        ),
        "# By quarter",
        _table(["Quarter", "Screened", "Signs of both"], [*quarters, ["Total", *totals[:2]]]),
        "# By age",
        _table(["Age", "Signs of both"], [*ages, ["Total", totals[1]]]),
        "# Shares",
        _table(
            ["County", "Signs of both", "Began care", "In care after 90 days"],
            [[row[0], f"{row[2] / row[1]:.0%}", f"{row[3] / row[2]:.0%}", f"{row[4] / row[3]:.0%}"] for row in rows],
        ),
        "# Words",
        (
            "- Screened: answered the form, counted once a year\n- Signs of both: a yes above the cut-off in each half\n"
            "- Began care: a visit that treats both within sixty days\n"
            "- In care after 90 days: a visit between day 80 and day 100"
        ),
    ]
    return {
        "section": facts["section"],
        "slug": slugify(facts["title"]),
        "title": facts["title"],
        "summary": facts["why"].split(". ")[0].rstrip(".") + ".",
        "kind": "data",
        "publisher": f"{facts['section'].replace('-', ' ').title()} data group",
        "year": facts["year"],
        "published": facts["published"],
        "licence": "public_domain",
        "topics": ["data-and-measurement"],
        "stages": ["running", "sustaining"],
        "files": ["xlsx", "pdf"],
        "text": "\n\n".join(parts),
    }


def _split(number: int, random: Random) -> list[int]:
    """A number in four parts that add up to it, a little uneven."""
    parts = [round(number * random.uniform(0.21, 0.27)) for _ in QUARTERS[1:]]
    return [*parts, number - sum(parts)]


# Budgets ---------------------------------------------------------------------------------------------------------------


def _budget(facts: dict[str, Any]) -> dict[str, Any]:
    """A budget of one year: staff, other costs, summary, quarters."""
    staff = [(role, time, salary, round(time * salary)) for role, time, salary in facts["staff"]]
    salaries = sum(cost for *_, cost in staff)
    benefits = round(salaries * facts["benefits"])
    other = sum(amount for _, amount in facts["costs"])
    overhead = round((salaries + benefits + other) * facts["overhead"])
    total = salaries + benefits + other + overhead
    summary = [("Salaries", salaries), ("Benefits", benefits), ("Other costs", other), ("Overhead", overhead)]
    # A program that begins needs less in its first quarter; the rest is spread evenly.
    quarters = [[name, round(total * share)] for name, share in zip(QUARTERS[:-1], (0.19, 0.27, 0.27), strict=True)]
    quarters.append([QUARTERS[-1], total - sum(amount for _, amount in quarters)])
    parts = [
        "# What this budget is for",
        facts["why"],
        (
            f"It comes to {_money(total)} for the year, {_money(total / facts['people'])} for each of {facts['people']:,} "
            f"{facts.get('unit', 'people')}. "
            f"Staff and their benefits are {(salaries + benefits) / total:.0%} of it."
        ),
        facts["learned"],
        "# Summary",
        _table(["Line", "Amount"], [*([name, _money(amount)] for name, amount in summary), ["Total", _money(total)]]),
        "# Staff",
        _table(
            ["Role", "Full-time share", "Salary for a full year", "Cost"],
            [[role, time, _money(salary), _money(cost)] for role, time, salary, cost in staff],
        ),
        "# Other costs",
        _table(
            ["What", "Amount"], [*([what, _money(amount)] for what, amount in facts["costs"]), ["Total", _money(other)]]
        ),
        "# By quarter",
        _table(
            ["Quarter", "Amount"], [*([name, _money(amount)] for name, amount in quarters), ["Total", _money(total)]]
        ),
        "# Assumptions",
        "\n".join(
            [
                f"- Benefits are {facts['benefits']:.0%} of salaries, overhead {facts['overhead']:.0%} of everything else",
                "- The first quarter costs less, because posts are filled one after the other",
                f"- All {len(staff) + len(facts['costs'])} lines are rounded, and invented for this demonstration",
                "- No line pays for a building unless it says so",
            ]
        ),
    ]
    return {
        "section": facts["section"],
        "slug": slugify(facts["title"]),
        "title": facts["title"],
        "summary": facts["learned"],
        "kind": "budget",
        "publisher": "Budget exchange of the learning community",
        "year": facts["year"],
        "published": facts["published"],
        "licence": "cc0",
        "topics": ["financing"],
        "stages": ["preparing"],
        "requirements": ["funding"],
        "files": ["xlsx", "pdf"] if facts["people"] > 1000 else ["xlsx"],
        "text": "\n\n".join(parts),
    }

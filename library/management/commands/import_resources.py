"""Import a table of resources into a library from the command line."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Q
from tqdm import tqdm

from home.models import Audience, HomePage, SectionPage
from home.models.vocabularies import Vocabulary
from library.importing import columns, plans, reports, tables
from library.importing.rows import Refusal
from library.models import LibraryPage, ResourcePage

if TYPE_CHECKING:
    from collections.abc import Iterator

SHOWN = 20


class Command(BaseCommand):
    """`import_resources FILE (--section CODE_OR_SLUG | --shared)`: all of the file, or nothing."""

    help = (
        "Import resources from a CSV or XLSX file into a library. Columns are found by their headings; only the title "
        "is required. All of it happens or nothing does, and what is there already is left as it is, so the command "
        "can be run again. Exit code 0: done. 1: nothing was done, because of an error."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", type=Path, help="A .csv or .xlsx file of at most 20 MB.")
        where = parser.add_mutually_exclusive_group(required=True)
        where.add_argument("--section", help="The section whose library it is: its code or its slug (OH, ohio).")
        where.add_argument("--shared", action="store_true", help="The library that is shared by all.")
        parser.add_argument(
            "--audience",
            choices=Audience.values,
            default=ResourcePage.default_audience,
            help="Who can see the new resources. Default: %(default)s.",
        )
        parser.add_argument("--draft", action="store_true", help="Leave drafts instead of publishing.")
        parser.add_argument("--create-topics", action="store_true", help="Add topics that the community does not have.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would happen, and change nothing.")
        parser.add_argument("--report", type=Path, help="Write a CSV file that says what became of each row.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, or say why not. Raises CommandError."""
        try:
            self._import(options)
        except Refusal as refusal:
            raise CommandError(f"{refusal} Nothing was imported.") from refusal

    def _import(self, options: dict[str, Any]) -> None:
        library = _library(options["section"])
        plans.check(library, options["audience"])
        table = tables.read(_data(options["file"]))
        self.stdout.write(f"{options['file'].name}: {table.origin}. {len(table.rows):,} rows.")
        for note in table.notes:
            self.stdout.write(note)
        plan = plans.plan(table, library, create_topics=options["create_topics"])
        self._say_columns(plan)
        # The report is on disk before anything is in the database for good: it may be full.
        with transaction.atomic(), _report(options["report"], options["file"]) as report:
            if not options["dry_run"]:
                self.stdout.flush()
                with tqdm(total=plan.count(plans.NEW), unit="page", disable=not sys.stderr.isatty()) as bar:
                    plan = plans.carry_out(
                        table,
                        library,
                        audience=options["audience"],
                        publish=not options["draft"],
                        create_topics=options["create_topics"],
                        progress=bar.update,
                    )
            if report:
                reports.write(plan, report)
        self._say_refused(plan)
        self._say_unknown(plan, options)
        self.stdout.write(reports.sentence(plan, done=not options["dry_run"]))

    def _say_columns(self, plan: plans.Plan) -> None:
        found = [f"“{heading}” is the {columns.FIELDS[name][0]}" for name, heading in plan.columns.headings.items()]
        self.stdout.write(f"Columns: {', '.join(found)}.")
        if plan.columns.unused:
            self.stdout.write(f"Not used: {', '.join(plan.columns.unused)}.")

    def _say_refused(self, plan: plans.Plan) -> None:
        refused = [one for one in plan.outcomes if one.outcome == plans.REFUSED]
        for one in refused[:SHOWN]:
            self.stdout.write(f"Row {one.row} refused: {one.reason}")
        if len(refused) > SHOWN:
            self.stdout.write(f"{len(refused) - SHOWN:,} more rows were refused. --report lists them.")

    def _say_unknown(self, plan: plans.Plan, options: dict[str, Any]) -> None:
        made = "would be made" if options["dry_run"] else "made"
        for vocabulary in Vocabulary:
            terms: dict[str, list[str]] = {}
            for name, count in plan.unknown_terms(vocabulary):
                new = options["create_topics"] and plans.can_be_topic(vocabulary, name)
                terms.setdefault(made if new else "not in our list, and left out", []).append(f"{name} ({count})")
            for what, names in terms.items():
                more = f"; and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
                self.stdout.write(f"{vocabulary.label}: {len(names):,} {what}: {'; '.join(names[:SHOWN])}{more}.")


def _library(section: str | None) -> LibraryPage:
    place: SectionPage | HomePage | None
    if section:
        place = SectionPage.objects.filter(Q(code__iexact=section) | Q(slug__iexact=section)).first()
        if place is None:
            raise Refusal(f"There is no section “{section}”. Give its code, such as OH, or its slug, such as ohio.")
    else:
        place = HomePage.objects.first()
    library = LibraryPage.objects.child_of(place).first() if place else None
    if library is None:
        raise Refusal("There is no library there yet. Run setup_community first.")
    return library


def _data(path: Path) -> bytes:
    try:
        if path.stat().st_size > tables.MAX_BYTES:
            raise tables.too_big(path.stat().st_size)
        with path.open("rb") as file:
            return file.read(tables.MAX_BYTES + 1)  # a pipe or a device has no size
    except OSError as error:
        raise Refusal(f"{path} cannot be read: {error.strerror}.") from error


@contextmanager
def _report(path: Path | None, source: Path) -> Iterator[TextIO | None]:
    """The report, opened before the work begins, so that a wrong path stops it. Raises Refusal."""
    if path is None:
        yield None
        return
    try:
        if path.exists() and path.samefile(source):
            raise Refusal("The report would be written over the file itself. Give it another name.")
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            yield file
    except OSError as error:
        raise Refusal(f"The report cannot be written to {path}: {error.strerror}.") from error

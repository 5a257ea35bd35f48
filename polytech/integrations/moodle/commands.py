"""`polytech import-moodle`: a backup from the terminal."""

from pathlib import Path
from typing import Annotated

import typer
from django.utils import translation
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from polytech.academics.api import Offering
from polytech.integrations.moodle.api import import_backup
from polytech.integrations.moodle.models import MoodleImport
from polytech.integrations.moodle.sentences import OUTCOMES, STEPS, kept_files_sentence, sentence
from polytech.integrations.moodle.tables import counts_table, csv_rows, lines_by_section
from polytech.learning.api import Course, CourseOffering

_FINDINGS, _REFUSED = 3, 4


def import_moodle(
    file: Annotated[Path, typer.Argument(help="The backup (.mbz).", exists=True, dir_okay=False, readable=True)],
    course: Annotated[int | None, typer.Option(help="Import into this course.")] = None,
    new_course_for: Annotated[
        list[str] | None,
        typer.Option(help="Make a course and teach these offerings in it: number, or the feed's identifier."),
    ] = None,
    language: Annotated[str, typer.Option(help="Language of a new course: kk, ru or en.")] = "",
    report: Annotated[Path | None, typer.Option(help="Write the whole report here, as CSV.")] = None,
    words: Annotated[str, typer.Option(help="Language of this output: kk, ru or en.")] = "en",
) -> None:
    """Import a Moodle backup into a course, and say what came and what did not.

    Without --course a new course is made. The same backup into the same course again updates it.

    Exit codes: 0 everything came or is kept, 3 something in it needs a look, 4 the backup was refused.

    Example: `polytech import-moodle calculus.mbz --new-course-for 17 --language kk`
    """
    console = Console()
    into = _course(course)
    offerings = [_offering(text) for text in new_course_for or []]
    if into is not None and offerings:
        raise typer.BadParameter("Give either --course or --new-course-for.")
    if language not in ("", "kk", "ru", "en"):
        raise typer.BadParameter("A language is kk, ru or en.", param_hint="--language")
    with translation.override(words):
        done = _with_progress(console, file, into, offerings, language)
        _print(console, done)
        if report is not None:
            import csv

            with report.open("w", encoding="utf-8-sig", newline="") as stream:
                csv.writer(stream).writerows(csv_rows(done.report))
            console.print(f"Report: {report}")
    if done.state == MoodleImport.State.REFUSED:
        raise typer.Exit(_REFUSED)
    if _needs_a_look(done.report):
        raise typer.Exit(_FINDINGS)


def _course(number: int | None) -> Course | None:
    if number is None:
        return None
    found = Course.objects.filter(pk=number).first()
    if found is None:
        raise typer.BadParameter(f"There is no course {number}.", param_hint="--course")
    return found


def _offering(text: str) -> Offering:
    key = {"pk": int(text)} if text.isdecimal() and len(text) < 18 else {"sourced_id": text}
    found = Offering.objects.select_related("discipline").filter(**key).first()
    if found is None:
        raise typer.BadParameter(f"There is no offering {text}.", param_hint="--new-course-for")
    link = CourseOffering.objects.filter(offering=found).first()
    if link is not None:
        raise typer.BadParameter(
            f"The offering {text} has a course already. To bring the backup into it: --course {link.course_id}",
            param_hint="--new-course-for",
        )
    return found


def _with_progress(
    console: Console, file: Path, course: Course | None, offerings: list[Offering], language: str
) -> MoodleImport:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(file.name, total=1.0)

        def told(step: str, share: float) -> None:
            bar.update(task, completed=share, description=f"{file.name}: {STEPS.get(step, step)}")

        return import_backup(file, course=course, offerings=offerings, language=language, progress=told)


def _print(console: Console, done: MoodleImport) -> None:
    table = Table("", "in the backup", "what became of it", box=None)
    for row in counts_table(done.report):
        parts = ", ".join(f"{name}: {number}" for name, number in row["parts"])
        table.add_row(str(row["thing"]), str(row["found"]), parts)
    if done.report.get("counts"):
        console.print(table)
    for finding in done.report.get("findings", []):
        console.print(f"[{finding['level']}] {sentence(finding)}", markup=False, highlight=False, soft_wrap=True)
    for section, lines in lines_by_section(done.report):
        for line in lines:
            notes = " ".join(words for level, words in line["notes"] if level != "info")
            if notes:
                console.print(f"{section} / {line['title']}: {notes}", markup=False, highlight=False, soft_wrap=True)
    for file in done.report.get("files", []):
        console.print(kept_files_sentence(file), markup=False, highlight=False, soft_wrap=True)
    people = len(done.report.get("unmatched", []))
    if people:
        console.print(f"{OUTCOMES['unmatched']}: {people}")
    if done.course is not None:
        console.print(f"Course {done.course.pk}: {done.course.title}", markup=False, highlight=False, soft_wrap=True)


def _needs_a_look(report: dict[str, object]) -> bool:
    lines = report.get("lines") or []
    levels = [finding["level"] for line in lines for finding in line["findings"]]  # type: ignore[attr-defined]
    levels += [finding["level"] for finding in report.get("findings") or []]  # type: ignore[attr-defined]
    return "error" in levels or "warning" in levels

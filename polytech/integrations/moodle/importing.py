"""One import from start to end: read, write, report. Repeatable at any point."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from django.db import OperationalError, transaction

from polytech.academics.api import Offering
from polytech.files.api import local_path, store
from polytech.footprint.api import Verb, record
from polytech.integrations.moodle.applying import Writer
from polytech.integrations.moodle.backup import LIMITS, OLDEST_TRIED, Backup, BackupRefused, version_of
from polytech.integrations.moodle.html import title_of
from polytech.integrations.moodle.intake import Intake, take_in
from polytech.integrations.moodle.models import MoodleImport
from polytech.integrations.moodle.report import Report
from polytech.kernel import clock
from polytech.kernel.findings import Level
from polytech.kernel.streams import publish
from polytech.kernel.text import LANGUAGES
from polytech.learning import api as learning
from polytech.learning.api import Course
from polytech.people.api import Person

_TELL_EVERY_SECONDS = 0.4
Tell = Callable[[str, float], None]


def import_backup(
    path: Path,
    *,
    course: Course | None = None,
    offerings: Sequence[Offering] = (),
    language: str = "",
    started_by: Person | None = None,
    progress: Tell | None = None,
) -> MoodleImport:
    """Import a backup file now, in this process.

    Args:
        course: where to; None makes a new course of the backup's name.
        offerings: which are taught in the new course from now on.
        language: of the course, `kk`, `ru` or `en`; else the backup's own, else Kazakh.
        progress: told the step (a stable word) and the share done, 0 to 1.

    Returns:
        The import, `done` or `refused`; its `report` says what came.

    Raises:
        OSError: the file cannot be read.
    """
    if path.stat().st_size > LIMITS.archive_bytes:
        return _refused_unread(path, course, started_by)
    with path.open("rb") as stream:
        blob = store(stream)
    row = MoodleImport.objects.create(
        course=course, backup=blob, source=path.name, started_by=started_by, language=language
    )
    return run(row.pk, offerings=offerings, progress=progress)


def _refused_unread(path: Path, course: Course | None, started_by: Person | None) -> MoodleImport:
    row = MoodleImport(course=course, source=path.name, started_by=started_by)
    report = Report()
    report.add(Level.ERROR, "archive-too-large", done="refused", limit=LIMITS.archive_bytes)
    _end(row, MoodleImport.State.REFUSED, report)
    return row


def run(import_id: int, *, offerings: Sequence[Offering] = (), progress: Tell | None = None) -> MoodleImport:
    """Do an import that waits, or that was interrupted. One that has ended is left as it is."""
    with transaction.atomic():
        row = MoodleImport.objects.select_for_update().get(pk=import_id)
        if row.state in (MoodleImport.State.DONE, MoodleImport.State.REFUSED) or row.backup is None:
            return row
        row.state = MoodleImport.State.RUNNING
        row.save(update_fields=["state"])
    report = Report()
    try:
        with local_path(row.backup) as path:
            _run(row, path, report, offerings, _teller(row, progress))
    except BackupRefused as error:
        report.add(Level.ERROR, error.code, file=error.file, done="refused", **error.values)
        _end(row, MoodleImport.State.REFUSED, report)
    except OperationalError:
        raise
    except Exception:
        report.add(Level.ERROR, "failed", done="refused")
        _end(row, MoodleImport.State.REFUSED, report)
        raise
    return row


def _teller(row: MoodleImport, progress: Tell | None) -> Tell:
    last = 0.0

    def tell(step: str, share: float) -> None:
        nonlocal last
        if progress is not None:
            progress(step, share)
        now = time.monotonic()
        if step == row.step and now - last < _TELL_EVERY_SECONDS:
            return
        last, row.step, row.share_done = now, step, share
        MoodleImport.objects.filter(pk=row.pk).update(step=step, share_done=share)
        publish(topic(row), {"state": progress_state(row), "share": round(share, 3)})

    return tell


def progress_state(row: MoodleImport) -> str:
    """What the page's progress bar understands: `running`, `done` or `failed`."""
    return {MoodleImport.State.DONE: "done", MoodleImport.State.REFUSED: "failed"}.get(
        MoodleImport.State(row.state), "running"
    )


def topic(row: MoodleImport) -> str:
    """The topic of live progress (`kernel.streams`)."""
    return f"moodle-import:{row.pk}"


def _run(row: MoodleImport, path: Path, report: Report, offerings: Sequence[Offering], tell: Tell) -> None:
    tell("opening", 0.01)
    with Backup(path) as backup:
        _describe(backup, report)
        intake = take_in(backup, report, tell)
        tell("writing", 0.7)
        with transaction.atomic():
            writer = _write(row, backup, intake, report, offerings, tell)
            row.moodle_backup = backup.contents.backup_id
            row.question_bank = intake.question_bank
            row.course = writer.course
            _end(row, MoodleImport.State.DONE, report)
    tell("done", 1.0)


def _describe(backup: Backup, report: Report) -> None:
    contents = backup.contents
    report.backup = {
        "name": contents.name, "id": contents.backup_id, "kind": contents.kind, "release": contents.release,
        "date": contents.date, "course": contents.course_title, "format": contents.course_format,
    }  # fmt: skip
    version = version_of(contents)
    if version is not None and version < OLDEST_TRIED:
        report.add(Level.WARNING, "version-untried", version=contents.backup_release)


def _language(row: MoodleImport, intake: Intake) -> str:
    if row.language in LANGUAGES:
        return row.language
    if row.course is not None:
        return row.course.language
    own = intake.course.words("lang")[:2]
    return own if own in LANGUAGES else "kk"


def _write(
    row: MoodleImport, backup: Backup, intake: Intake, report: Report, offerings: Sequence[Offering], tell: Tell
) -> Writer:
    language = _language(row, intake)
    is_new = row.course is None
    if row.course is None:
        title = title_of(intake.course.words("fullname") or backup.contents.course_title, language)
        course = learning.start_course(
            by=None,
            title=title or backup.contents.name or row.source,
            language=language,
            discipline=offerings[0].discipline if offerings else None,
        )
        for offering in offerings:
            learning.link_offering(by=None, course=course, offering=offering)
    else:
        course = learning.lock_course(row.course.pk)
    writer = Writer(backup, intake, course, report, language)
    writer.write_sections()
    writer.write_elements()
    writer.write_files()
    writer.write_texts()
    writer.write_course_texts(is_new=is_new)
    writer.write_groups()
    writer.tell_people()
    tell("grades", 0.8)
    gradebook = writer.write_grades()
    writer.tell_rest()
    row.kept = {
        "sections": {str(section_id): section.pk for section_id, section in writer.sections.items()},
        "gradebook": gradebook,
        "questions": dict(intake.questions),
    }
    learning.touch_course(course)
    return writer


def _end(row: MoodleImport, state: str, report: Report) -> None:
    row.state, row.report, row.finished_at = state, report.as_json(), clock.now()
    if state == MoodleImport.State.REFUSED:
        # Nothing of it will ever be used: the sweeper may have the file.
        row.backup = None
    row.step, row.share_done = state, 1.0
    row.save()
    if state == MoodleImport.State.DONE and row.course is not None:
        record(
            verb=Verb.IMPORTED, object_kind="moodle-import", object_id=row.pk, actor_id=row.started_by_id,
            course_id=row.course.pk, extra={"source": row.source},
        )  # fmt: skip
    publish(topic(row), {"state": progress_state(row), "share": 1.0})

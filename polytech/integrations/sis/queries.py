"""Reads of the feed: its batches, one batch's report, and how fresh the university's data are."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from polytech.integrations.sis.layout import FILES
from polytech.integrations.sis.models import Batch, BatchFinding, BatchState
from polytech.integrations.sis.progress import state_of
from polytech.kernel import clock
from polytech.people.api import Person

SHOWN_OF_A_KIND = 20
BATCHES_SHOWN = 30
_LEVELS = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True, slots=True)
class Freshness:
    """When the last batch was applied, whether that is too long ago (`SIS_LATE_HOURS`), and what it found."""

    applied_at: datetime | None
    is_late: bool
    late_hours: int
    warnings: int = 0
    errors: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one kind in one file: all counted, the first of them shown."""

    level: str
    code: str
    file: str
    count: int
    findings: list[BatchFinding]


def freshness() -> Freshness:
    """How fresh the university's data are. A university that never had a batch is late."""
    last = (
        Batch.objects.filter(state=BatchState.APPLIED)
        .order_by("-finished_at")
        .values_list("finished_at")
        .annotate(
            warnings=Count("findings", filter=Q(findings__level="warning")),
            errors=Count("findings", filter=Q(findings__level="error")),
        )
        .first()
    )
    applied_at, warnings, errors = last or (None, 0, 0)
    late_after = timedelta(hours=settings.SIS_LATE_HOURS)
    is_late = applied_at is None or clock.now() - applied_at > late_after
    return Freshness(applied_at, is_late, settings.SIS_LATE_HOURS, warnings, errors)


def stopped_batches() -> int:
    """How many deliveries stopped and wait for somebody's decision."""
    return Batch.objects.filter(state=BatchState.STOPPED).count()


def recent_batches(batches: QuerySet[Batch]) -> list[Batch]:
    """The last batches with how many findings each has; those whose process has died are shown as interrupted."""
    rows: list[Batch] = list(
        batches.annotate(
            errors=Count("findings", filter=Q(findings__level="error")),
            warnings=Count("findings", filter=Q(findings__level="warning")),
        ).order_by("-id")[:BATCHES_SHOWN]
    )
    for batch in rows:
        batch.state = state_of(batch)
    return rows


def findings_by_kind(batch: Batch) -> list[Group]:
    """The findings in groups, errors first; of each group the first twenty."""
    kinds = batch.findings.order_by().values_list("level", "code", "file").annotate(count=Count("id"))
    shown: dict[tuple[str, str, str], list[BatchFinding]] = {}
    numbered = batch.findings.annotate(
        place=Window(RowNumber(), partition_by=[F("level"), F("code"), F("file")], order_by=F("id").asc())
    )
    for finding in numbered.filter(place__lte=SHOWN_OF_A_KIND).order_by("id"):
        shown.setdefault((finding.level, finding.code, finding.file), []).append(finding)
    groups = [Group(level, code, file, count, shown[level, code, file]) for level, code, file, count in kinds]
    return sorted(groups, key=lambda group: (_LEVELS.get(group.level, 9), group.findings[0].pk))


def counts_in_order(batch: Batch) -> dict[str, dict[str, Any]]:
    """The counts of each file, in the order in which files are applied (the database keeps another one)."""
    return {file.name: batch.counts[file.name] for file in FILES if file.name in batch.counts}


def large_ends(batch: Batch) -> list[dict[str, Any]]:
    """What the batch would end beyond the set share, as the values of its findings."""
    return [{"file": one.file, **one.values} for one in batch.findings.filter(code="large-end")]


def hand_made_accounts() -> int:
    return Person.objects.current().filter(source=Person.Source.HAND, is_active=True).count()


def finding_rows(batch: Batch) -> Iterator[BatchFinding]:
    return batch.findings.order_by("id").iterator(chunk_size=2000)

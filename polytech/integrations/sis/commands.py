"""The commands `polytech sync` and `polytech sis-sample`."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

if TYPE_CHECKING:
    from polytech.integrations.sis.running import Report
    from polytech.kernel.findings import Finding

FINDINGS_SHOWN = 40
COLUMNS = {
    "rows": "rows", "new": "created", "changed": "changed", "back": "returned", "ended": "ended", "same": "unchanged",
    "kept out": "quarantined",
}  # fmt: skip
FINDINGS, REFUSED, SURROUNDINGS = 3, 4, 5


def sync(
    source: Annotated[str, typer.Argument(help="Folder, zip or tar.gz file, or https address.")] = "",
    preview: Annotated[bool, typer.Option("--preview", help="Show what would change; write nothing.")] = False,
    accept_large_end: Annotated[
        bool, typer.Option("--accept-large-end", help="Go on though more than the set share would be ended.")
    ] = False,
    all_findings: Annotated[bool, typer.Option("--all-findings", help=f"Not only the first {FINDINGS_SHOWN}.")] = False,
) -> None:
    """Bring in a delivery of the student information system.

    Without SOURCE the address of POLYTECH_SIS_URL is taken. Format: docs/sis-feed.md.

    Examples:

        polytech sync delivery.zip --preview

        polytech sync https://sis.example.org/feed.zip

    Exit codes: 0 applied · 3 applied, some rows were kept out · 4 nothing applied (refused, or it would end too much)
    · 5 disk, database or address out of reach.
    """
    from django.conf import settings
    from django.utils import translation

    from polytech.integrations.sis.fetching import local_delivery, shown_source
    from polytech.kernel.fetching import FetchRefused
    from polytech.kernel.findings import Finding, Level

    source = source or settings.SIS_URL
    if not source:
        raise typer.BadParameter("Name a folder, a file or an address, or set POLYTECH_SIS_URL.")
    console = Console()
    with translation.override("en"):
        try:
            with local_delivery(source) as path:
                report = _run(console, path, shown_source(source), preview, accept_large_end)
        except FetchRefused as refusal:
            finding = Finding(Level.ERROR, f"fetch-{refusal.code}", values=refusal.values, done="refused")
            _show_findings(console, [finding], True)
            raise typer.Exit(SURROUNDINGS) from refusal
        _show(console, report, all_findings)
    raise typer.Exit(_exit_code(report))


def _run(console: Console, path: Path, name: str, preview: bool, accept: bool) -> "Report":
    from polytech.integrations.sis.batches import preview_delivery, sync_with_report
    from polytech.integrations.sis.models import Batch, Door
    from polytech.integrations.sis.running import FeedBusy
    from polytech.kernel.actions import Refused

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.percentage:>3.0f} %"))
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=1.0)

        def tell(step: str, share: float) -> None:
            bar.update(task, completed=share, description=f"{name}: {step}")

        if preview:
            return preview_delivery(path, progress=tell)
        try:
            batch = Batch(door=Door.COMMAND, source=name)
            return sync_with_report(path, batch=batch, accept_large_end=accept, progress=tell)
        except FeedBusy as busy:
            raise Refused("Another batch is being applied. Try again when it is done.", code="feed-busy") from busy


def _show(console: Console, report: "Report", all_findings: bool) -> None:
    if report.counts:
        table = Table("file", "mode", box=None)
        for heading in COLUMNS:
            table.add_column(heading, justify="right", no_wrap=True)
        for name, count in report.counts.items():
            table.add_row(name, count["mode"], *(f"{count[number]:,}" for number in COLUMNS.values()))
        console.print(table)
    _show_findings(console, report.findings, all_findings)
    console.print(
        {
            "applied": "Applied.",
            "previewed": "Preview: nothing was written.",
            "stopped": "Stopped: it would end more than the set share. Nothing was applied. "
            "If this is right: --accept-large-end.",
        }.get(report.outcome, "Refused: nothing was applied.")
    )


def _show_findings(console: Console, findings: "list[Finding]", all_findings: bool) -> None:
    from polytech.integrations.sis.sentences import sentence_of

    shown = findings if all_findings else findings[:FINDINGS_SHOWN]
    for one in shown:
        place = ":".join(str(part) for part in (one.file, one.line, one.column) if part not in ("", None))
        text = sentence_of(one.code, one.values)
        console.print(f"{one.level.value:7} {place:40} {text}", markup=False, highlight=False, soft_wrap=True)
    if len(findings) > len(shown):
        console.print(f"… and {len(findings) - len(shown)} more findings (--all-findings).")


def _exit_code(report: "Report") -> int:
    if report.outcome == "failed":
        return SURROUNDINGS
    if report.outcome in {"stopped", "refused"}:
        return REFUSED
    return FINDINGS if any(one.done == "quarantined" for one in report.findings) else 0


def sis_sample(
    out: Annotated[Path, typer.Option(help="Folder, or a file ending in .zip.")] = Path("sample-feed"),
    students: Annotated[int, typer.Option(min=1)] = 200,
    teachers: Annotated[int, typer.Option(min=1)] = 24,
    classes: Annotated[int, typer.Option(min=6)] = 48,
    enrolments: Annotated[int, typer.Option(min=1, help="Students' and teachers' places in classes.")] = 1600,
    slots: Annotated[int, typer.Option(min=18, help="Places in the timetable.")] = 144,
    seed: Annotated[int, typer.Option(help="The same seed, the same university.")] = 7,
    today: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A day of its current term.")] = None,
) -> None:
    """Write the feed of a made-up university of any size.

    Examples:

        polytech sis-sample --out demo.zip

        polytech sis-sample --students 20000 --teachers 1500 --classes 3000 --enrolments 200000 --slots 60000
    """
    from polytech.integrations.sis.sample.university import Size
    from polytech.integrations.sis.sample.writing import write_sample

    size = Size(students, teachers, classes, enrolments, slots, seed, today.date() if today else date.today())
    console = Console()

    def tell(name: str, rows: int) -> Any:
        console.print(f"{name:20} {rows:>9,} rows", highlight=False)

    write_sample(out, size, tell)
    console.print(f"Written to {out}")

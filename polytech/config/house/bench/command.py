"""The command: build the university, measure, print the table."""

import csv
import json
import os
import platform
import shutil
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from polytech.config.failures import Exit
from polytech.config.house.bench import rows
from polytech.config.house.bench.portal import Portal, portal
from polytech.config.house.bench.rows import KILOBYTE, Row
from polytech.config.screen import Screen

MOST_REQUESTS = 5000
# Files whose rows are enrolments and classes; the first stage of the feed goes without them.
OF_ENROLMENTS = ("enrollments", "slots")


class Size(StrEnum):
    FULL = "full"
    SMALL = "small"


FULL_UNIVERSITY = {"students": 20_000, "teachers": 1_500, "classes": 3_000, "enrolments": 200_000, "slots": 60_000}
SHARE = {Size.FULL: 1.0, Size.SMALL: 0.05}


def bench(
    size: Annotated[Size, typer.Option(help="The sample university: 20,000 students or 1,000.")] = Size.FULL,
    requests: Annotated[int, typer.Option(min=10, max=MOST_REQUESTS, help="Requests measured for each page.")] = 300,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the table as the README has it.")] = False,
) -> None:
    """Measure pages and the feed: CPU-milliseconds of web server and database together, and bytes with gzip.

    Builds a university of its own in a temporary folder and asks its own server on this machine only. At full size it
    takes some minutes. Ends with 3 when a budget is not kept.

    Example: `polytech bench --size small --json`
    """
    quiet = as_json or markdown
    screen = Screen(live=False) if quiet else Screen()
    if quiet:
        screen.line = lambda text="": None  # type: ignore[method-assign]
    measured = measure(size, requests, screen)
    if as_json:
        typer.echo(
            json.dumps({"machine": machine(), "size": size, "rows": [_plain(row) for row in measured]}, indent=2)
        )
    elif markdown:
        typer.echo(as_markdown(measured))
    else:
        Console().print(as_table(measured))
        typer.echo(machine())
    if not all(row.holds for row in measured):
        raise typer.Exit(Exit.FINDINGS)


def measure(size: Size, requests: int, screen: Screen) -> list[Row]:
    with portal() as place:
        with screen.step("Migrations and assets"):
            place.run("migrate")
            place.run("assets")
        with screen.step("Sample university"):
            sample = place.folder / "sample"
            counts = {f"--{what}": str(int(count * SHARE[size])) for what, count in FULL_UNIVERSITY.items()}
            place.run("sis-sample", "--out", str(sample), *(word for pair in counts.items() for word in pair))
        with screen.step("Feed"):
            of_feed = _feed(place, sample)
        with screen.step("A course with a hundred elements"):
            places = place.json_of("course")
        with screen.step("Pages"), place.serving():
            return [*rows.pages(place, places, requests), *of_feed]


def _feed(place: Portal, sample: Path) -> list[Row]:
    """The feed in two stages, people first, so that each kind of record has its own price; then all of it again."""
    people = place.folder / "people"
    shutil.copytree(sample, people)
    for path in people.glob("*.csv"):
        if any(name in path.stem.lower() for name in OF_ENROLMENTS):
            with path.open(encoding="utf-8", newline="") as file:
                heading = file.readline()
            path.write_text(heading, encoding="utf-8", newline="")
    persons, enrolments, slots = (_records(sample, name) for name in ("users", "enrollments", "slots"))
    _, of_people = place.run("sync", str(people))
    _, of_enrolments = place.run("sync", str(sample))
    _, second = place.run("sync", str(sample))
    return [
        rows.feed("feed, per person", of_people, persons, 0.5),
        rows.feed(f"feed, per enrolment (and {slots:,} slots)", of_enrolments, enrolments, 0.1),
        Row(
            "feed, the same again, whole", second * 1000, budget_ms=15_000, note=f"{second:.1f} CPU-s",
        ),
    ]  # fmt: skip


def _records(sample: Path, name: str) -> int:
    path = next(path for path in sample.glob("*.csv") if name in path.stem.lower())
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.reader(file)) - 1


def machine() -> str:
    """What it was measured on, in one line."""
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GB, Python {platform.python_version()}, PostgreSQL embedded"


def _plain(row: Row) -> dict[str, object]:
    return {**row.__dict__, "holds": row.holds}


def as_table(measured: list[Row]) -> Table:
    table = Table(title="Polytech Online", box=None, header_style="bold")
    table.add_column("page or act")
    for heading in ("CPU-ms", "budget", "bytes gzip", "budget", "waited ms", "verdict"):
        table.add_column(heading, justify="right")
    table.add_column("")
    for row in measured:
        cells = [row.name, *_cells(row), "[green]holds[/]" if row.holds else "[red]broken[/]", row.note]
        table.add_row(*cells)
    return table


def as_markdown(measured: list[Row]) -> str:
    lines = [
        "| page or act | CPU-ms | budget | bytes gzip | budget | waited, median ms | |",
        "|---|--:|--:|--:|--:|--:|---|",
        *(f"| {row.name} | {' | '.join(_cells(row))} | {'holds' if row.holds else '**broken**'} |" for row in measured),
    ]
    return "\n".join([*lines, "", machine()])


def _cells(row: Row) -> list[str]:
    return [
        _number(row.cpu_ms),
        _number(row.budget_ms),
        f"{row.bytes:,}" if row.bytes is not None else "",
        f"{row.budget_bytes // KILOBYTE} kB" if row.budget_bytes else "",
        _number(row.median_ms),
    ]


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.2f}" if value < 10 else f"{value:,.0f}"

"""What the terminal shows while something takes long: bars on a terminal, plain lines elsewhere."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator

# How far (0 to 1, None when nobody knows) and what is being done, in words.
Report = Callable[[float | None, str], None]
QUIET_SECONDS = 2.0


class Screen:
    """Writes steps to standard output.

    Args:
        live: draw bars; by default where standard output is a terminal.
    """

    def __init__(self, live: bool | None = None) -> None:
        self.live = sys.stdout.isatty() if live is None else live

    def line(self, text: str = "") -> None:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()

    @contextlib.contextmanager
    def step(self, title: str) -> Iterator[Report]:
        """One long act: shows its title, how far it is, and in the end how long it took."""
        began = time.monotonic()
        steps = self._live_step(title) if self.live else self._plain_step(title)
        with steps as report:
            yield report
        self.line(f"{'✓ ' if self.live else ''}{title}: {time.monotonic() - began:.1f} s")

    @contextlib.contextmanager
    def _live_step(self, title: str) -> Iterator[Report]:
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = (
            SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=24),
            TextColumn("{task.fields[words]}"), TimeElapsedColumn(),
        )  # fmt: skip
        with Progress(*columns, transient=True) as progress:
            task = progress.add_task(title, total=None, words="")

            def report(share: float | None, words: str = "") -> None:
                progress.update(task, total=None if share is None else 1.0, completed=share or 0.0, words=words)

            yield report

    @contextlib.contextmanager
    def _plain_step(self, title: str) -> Iterator[Report]:
        self.line(f"{title} …")
        said_at = time.monotonic()

        def report(share: float | None, words: str = "") -> None:
            nonlocal said_at
            if time.monotonic() - said_at >= QUIET_SECONDS:
                said_at = time.monotonic()
                self.line(f"  {'' if share is None else f'{share:4.0%} '}{words}")

        yield report

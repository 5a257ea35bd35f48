"""`python -m polytech.config.house.lint`: everything that reads the code without running it. `make lint` calls it."""

import subprocess
import sys
import time
from pathlib import Path

from rich.console import Console

from polytech.config.environment import ROOT

PROGRAMS = Path(sys.executable).parent
FOLDERS = ("polytech", "tests")
CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("style and faults", ("ruff", "check", *FOLDERS)),
    ("form", ("ruff", "format", "--check", *FOLDERS)),
    ("layers", ("lint-imports",)),
    ("catalogues", ("polytech", "messages", "check")),
    ("lock files", ("polytech", "dependencies", "--locks")),
    ("types", ("mypy", "polytech")),
)


def main() -> int:
    """Run every check, also after one failed; the number of those that failed is the exit code."""
    console = Console(highlight=False)
    failed = 0
    for name, (program, *arguments) in CHECKS:
        started = time.monotonic()
        done = subprocess.run(
            [str(PROGRAMS / program), *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        mark = "[red]failed[/]" if done.returncode else "[green]holds[/]"
        console.print(f"{mark}  {name} [dim]({program} {' '.join(arguments)}, {time.monotonic() - started:.1f} s)[/]")
        if done.returncode:
            failed += 1
            console.out(done.stdout, highlight=False)
    return failed


if __name__ == "__main__":
    sys.exit(main())

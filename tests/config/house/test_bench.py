import os
import subprocess
import sys

import pytest

from polytech.config.house.bench import processes
from polytech.config.house.bench.rows import Row


def test_cpu_times_are_read_whatever_the_process_is_called() -> None:
    stat = "7 (a ) b) S 1 7 7 0 -1 0 0 0 0 0 11 22 33 44 20 0 1 0 5 0 0"

    assert processes.read_times(stat) == processes.Times(parent=1, own=33, of_ended_children=77)


def test_cpu_of_a_child_counts_also_after_it_ended() -> None:
    before = processes.cpu_seconds(os.getpid())

    subprocess.run([sys.executable, "-c", "sum(range(8_000_000))"], check=True)

    assert processes.cpu_seconds(os.getpid()) - before > 0.05


@pytest.mark.parametrize(
    ("row", "holds"),
    [
        (Row("a", cpu_ms=3.0, budget_ms=3), True),
        (Row("a", cpu_ms=3.1, budget_ms=3), False),
        (Row("a", cpu_ms=1.0, budget_ms=3, bytes=10_001, budget_bytes=10_000), False),
        (Row("a", bytes=10_000, budget_bytes=10_000), True),
        (Row("a", cpu_ms=100.0), True),
    ],
)
def test_budget_is_kept_up_to_its_very_number(row: Row, holds: bool) -> None:
    assert row.holds is holds

"""CPU of a process and of everything it started, from /proc (proc(5))."""

import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Times:
    """One line of /proc/PID/stat: ticks of its own, and of children that ended and were waited for."""

    parent: int
    own: int
    of_ended_children: int


def read_times(stat: str) -> Times:
    """The times in the text of /proc/PID/stat. The second field, a name in parentheses, may contain anything."""
    fields = stat.rpartition(")")[2].split()
    utime, stime, cutime, cstime = (int(field) for field in fields[11:15])
    return Times(int(fields[1]), utime + stime, cutime + cstime)


def cpu_seconds(*roots: int) -> float:
    """User and system time of these processes, of all that live below them, and of those below them that ended."""
    times: dict[int, Times] = {}
    children: dict[int, list[int]] = defaultdict(list)
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            found = read_times((folder / "stat").read_text())
        except OSError:
            continue  # It ended while we were reading.
        times[int(folder.name)] = found
        children[found.parent].append(int(folder.name))
    waiting, ticks = list(roots), 0
    while waiting:
        pid = waiting.pop()
        if pid in times:
            ticks += times[pid].own + times[pid].of_ended_children
            waiting += children[pid]
    return ticks / TICKS_PER_SECOND

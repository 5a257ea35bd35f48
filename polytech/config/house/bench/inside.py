"""What has to run inside the measured installation, with its settings: `python -m … course` or `… hashing`."""

import json
import sys
import time

from polytech.config.cli import setup_django


def course() -> None:
    """Build the course; where the measured pages are."""
    from polytech.config.house.bench.course import build

    sys.stdout.write(json.dumps(build()))


def hashing() -> None:
    """For each line that is asked, one password hash with the settings of this installation; its CPU-milliseconds."""
    from django.contrib.auth.hashers import check_password, make_password

    made = make_password("a password of usual length")
    for _ in sys.stdin:
        began = time.process_time()
        check_password("a password of usual length", made)
        sys.stdout.write(f"{(time.process_time() - began) * 1000}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    setup_django()
    {"course": course, "hashing": hashing}[sys.argv[1]]()

"""What has to run inside the measured installation, with its settings: `python -m … course` or `… hashing`."""

import json
import sys
import time

from polytech.config.cli import setup_django

HASHES = 10


def course() -> dict[str, str]:
    from polytech.config.house.bench.course import build

    return build()


def hashing() -> dict[str, str]:
    """CPU-milliseconds of one password hash with the settings of this installation."""
    from django.contrib.auth.hashers import check_password, make_password

    made = make_password("a password of usual length")
    began = time.process_time()
    for _ in range(HASHES):
        check_password("a password of usual length", made)
    return {"cpu_ms": str((time.process_time() - began) * 1000 / HASHES)}


if __name__ == "__main__":
    setup_django()
    sys.stdout.write(json.dumps({"course": course, "hashing": hashing}[sys.argv[1]]()))

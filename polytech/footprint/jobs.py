"""Jobs of the footprint."""

from procrastinate.contrib.django import app

from polytech.footprint.partitions import make_partitions
from polytech.footprint.rollups import count_recent_days


@app.periodic(cron="20 1 * * *")
@app.task(name="footprint.make_partitions", queueing_lock="footprint.make_partitions", pass_context=False)
def make_partitions_ahead(timestamp: int) -> None:
    """Every night: the partitions of the coming months, so that no statement waits for one."""
    make_partitions()


@app.periodic(cron="*/15 * * * *")
@app.task(name="footprint.count_recent_days", queueing_lock="footprint.count_recent_days", pass_context=False)
def count_recent_days_often(timestamp: int) -> None:
    """Every quarter of an hour: the figures of use that the home pages of quality and support show."""
    count_recent_days()

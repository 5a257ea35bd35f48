"""Jobs of the footprint."""

from procrastinate.contrib.django import app

from polytech.footprint.partitions import make_partitions


@app.periodic(cron="20 1 * * *")
@app.task(name="footprint.make_partitions", queueing_lock="footprint.make_partitions", pass_context=False)
def make_partitions_ahead(timestamp: int) -> None:
    """Every night: the partitions of the coming months, so that no statement waits for one."""
    make_partitions()

"""Jobs of the footprint: room for the months to come."""

from django.db import connection
from procrastinate.contrib.django import app

MONTHS_AHEAD = 3


@app.periodic(cron="10 2 * * *")
@app.task(name="footprint.make_partitions", queueing_lock="footprint.make_partitions", pass_context=False)
def make_partitions(timestamp: int) -> None:
    """Every night: a partition for this month and each of the next three; those there already stay."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT footprint_make_partition((date_trunc('month', now()) + n * interval '1 month')::date)"
            " FROM generate_series(0, %s) n",
            [MONTHS_AHEAD],
        )

"""What learning does at night."""

from procrastinate.contrib.django import app

from polytech.learning.queries import refresh_access_gaps


@app.periodic(cron="20 2 * * *")
@app.task(queueing_lock="learning-access-gaps", name="learning.find_access_gaps")
def find_access_gaps(timestamp: int = 0) -> int:
    """Find students who are enrolled but have nothing to read (R1-09); how many offerings that concerns."""
    return refresh_access_gaps()

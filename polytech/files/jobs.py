"""Jobs of the files room."""

from procrastinate.contrib.django import app

from polytech.files.sweeping import sweep


@app.periodic(cron="40 3 * * *")
@app.task(name="files.sweep", queueing_lock="files.sweep", pass_context=False)
def sweep_unused(timestamp: int) -> None:
    """Every night: blobs that nobody refers to, and partial uploads."""
    sweep()

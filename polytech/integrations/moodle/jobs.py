"""Jobs of the Moodle import."""

from procrastinate.contrib.django import app

from polytech.integrations.moodle.importing import run


@app.task(name="moodle.import", pass_context=False)
def import_waiting(import_id: int) -> None:
    """Do one waiting import. When its worker dies it begins again: nothing was written but files."""
    run(import_id)

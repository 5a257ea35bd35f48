"""`polytech demo`: the demo university, from the terminal."""

from polytech.config.failures import Exit, Failure
from polytech.config.screen import Screen


def demo() -> None:
    """Fill an empty database with the demo university, and print one sign-in per role.

    Example: `polytech demo`
    """
    from polytech.config import database, demo_note
    from polytech.config import demo as university

    screen = Screen()
    with screen.step("Migrations") as report:
        database.migrate(report)
    if not university.is_there():
        if not university.is_wanted():
            raise Failure("the database is not empty; the demo university goes into an empty one.", Exit.REFUSED)
        with screen.step("Demo university") as report:
            university.fill(report)
    for role, username, password in demo_note.sign_ins():
        screen.line(f"  {role:<14} {username:<14} {password}")

"""R4-18: every place of the timetable has a format and the way in: a link or a room."""

from polytech.regulation.findings import Finding, Outcome, Rule

RULE = Rule(
    id="R4-18",
    clause="4",
    title={
        "kk": "Форматы мен сілтемесі бар электрондық сабақ кестесі",
        "ru": "Электронное расписание с форматом и ссылкой",
        "en": "Electronic timetable with formats and links",
    },
)
_NO_FORMAT = {
    "kk": "Сабақтың форматын көрсетіңіз: дәрісханада, тікелей немесе асинхронды.",
    "ru": "Укажите формат занятия: в аудитории, в прямом эфире или асинхронно.",
    "en": "Name the format of the class: in a classroom, live or asynchronous.",
}
_NO_LINK = {
    "kk": "Тікелей сабаққа сілтеме қосыңыз.",
    "ru": "Добавьте ссылку на занятие в прямом эфире.",
    "en": "Add the link to the live class.",
}
_NO_MATERIALS = {
    "kk": "Курсқа сілтеме қосыңыз немесе пәнге портал курсын байланыстырыңыз.",
    "ru": "Добавьте ссылку на курс или свяжите дисциплину с курсом портала.",
    "en": "Add the link to the course, or connect the discipline with a course of the portal.",
}
_NO_ROOM = {
    "kk": "Дәрісхананы көрсетіңіз.",
    "ru": "Укажите аудиторию.",
    "en": "Name the classroom.",
}


def slot_is_complete(*, format: str, link: str, room: str, has_course: bool = False) -> Finding:
    """Whether a reader of the timetable knows how a class is held and how to get in.

    Args:
        format: classroom, synchronous, asynchronous, or "" while nobody said.
        link: the address of the class or course, "" without.
        room: the name of the classroom, "" without.
        has_course: the discipline has a course in the portal, which serves an asynchronous class as its link.

    Returns:
        broken without a format, a live class without a link, an asynchronous one without link or course; at risk a
        classroom class without a room; otherwise holds.
    """
    outcome, remedy = Outcome.HOLDS, {}
    if format not in ("classroom", "synchronous", "asynchronous"):
        outcome, remedy = Outcome.BROKEN, _NO_FORMAT
    elif format == "synchronous" and not link:
        outcome, remedy = Outcome.BROKEN, _NO_LINK
    elif format == "asynchronous" and not (link or has_course):
        outcome, remedy = Outcome.BROKEN, _NO_MATERIALS
    elif format == "classroom" and not room:
        outcome, remedy = Outcome.AT_RISK, _NO_ROOM
    inputs = {"format": format, "link": link, "room": room, "has_course": has_course}
    return Finding(rule=RULE, outcome=outcome, inputs=inputs, remedy=remedy)

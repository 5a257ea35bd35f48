"""R1-09: students can obtain all materials of their courses."""

from polytech.regulation.findings import Finding, Outcome, Rule

RULE = Rule(
    id="R1-09",
    clause="1",
    title={
        "kk": "Студент өз курстарының барлық материалын ала алады",
        "ru": "Студент может получить все материалы своих курсов",
        "en": "Students can obtain all materials of their courses",
    },
)
_LINK = {
    "kk": "Пән оқытушысы немесе әдіскер курс ашуы не бар курсты байланыстыруы керек.",
    "ru": "Преподаватель дисциплины или методист создаёт курс либо связывает с существующим.",
    "en": "The teacher of the discipline or a methodologist creates a course or connects an existing one.",
}
_PUBLISH = {
    "kk": "Оқытушы курсты жариялауы керек.",
    "ru": "Преподавателю нужно опубликовать курс.",
    "en": "The teacher has to publish the course.",
}
_FILL = {
    "kk": "Оқытушы материалдарды орналастыруы керек.",
    "ru": "Преподавателю нужно разместить материалы.",
    "en": "The teacher has to place the materials.",
}


def materials_within_reach(*, students: int, has_course: bool, published: bool, elements: int) -> Finding:
    """Whether the enrolled of an offering have something to read.

    Args:
        students: enrolled now, 0 or more.
        has_course: the offering has a course in the portal.
        published: that course is published.
        elements: how many visible elements it has.

    Returns:
        holds when nobody is enrolled or there are materials; otherwise broken, with who can mend it.
    """
    inputs = {"students": students, "has_course": has_course, "published": published, "elements": elements}
    remedy = {}
    if students and not has_course:
        remedy = _LINK
    elif students and not published:
        remedy = _PUBLISH
    elif students and not elements:
        remedy = _FILL
    outcome = Outcome.BROKEN if remedy else Outcome.HOLDS
    return Finding(rule=RULE, outcome=outcome, inputs=inputs, remedy=remedy)

"""Drawings of the course of databases; their captions are in its texts."""

from polytech.integrations.moodle.sample.drawing import Box, Drawing

LEVELS = Drawing(
    boxes=(
        Box(20, 16, "VIEW 1"), Box(170, 16, "VIEW 2"), Box(320, 16, "VIEW 3"),
        Box(130, 110, "CONCEPTUAL SCHEMA"), Box(150, 204, "INTERNAL SCHEMA"), Box(180, 298, "DISK"),
    ),
    arrows=((0, 3), (1, 3), (2, 3), (3, 4), (4, 5)),
)  # fmt: skip
ENTITIES = Drawing(
    boxes=(
        Box(20, 60, "STUDENT", ("# STUDENT_ID", "NAME", "GROUP_ID")),
        Box(250, 60, "ENROLMENT", ("# STUDENT_ID", "# COURSE_ID", "GRADE")),
        Box(480, 60, "COURSE", ("# COURSE_ID", "TITLE", "CREDITS")),
    ),
    arrows=((1, 0), (1, 2)),
    notes=((176, 40, "N : 1"), (410, 40, "N : 1")),
)
JOINS = Drawing(
    boxes=(
        Box(20, 20, "STUDENT", ("1 AIGERIM", "2 DANIYAR", "3 SVETLANA")),
        Box(230, 20, "GRADE", ("1 85", "3 92", "4 70")),
        Box(20, 170, "INNER JOIN", ("1 AIGERIM 85", "3 SVETLANA 92")),
        Box(260, 170, "LEFT JOIN", ("1 AIGERIM 85", "2 DANIYAR NULL", "3 SVETLANA 92")),
    ),
    arrows=((0, 2), (1, 3)),
)
NORMAL_FORMS = Drawing(
    boxes=(
        Box(20, 20, "1NF: ONE VALUE IN A CELL"), Box(20, 80, "2NF: THE WHOLE KEY"),
        Box(20, 140, "3NF: NOTHING BUT THE KEY"), Box(20, 200, "BCNF: EVERY DETERMINANT IS A KEY"),
    ),
    arrows=((0, 1), (1, 2), (2, 3)),
)  # fmt: skip
B_TREE = Drawing(
    boxes=(
        Box(290, 16, "40   80"), Box(90, 100, "12"), Box(315, 100, "52"), Box(555, 100, "91"),
        Box(10, 190, "3 7 12"), Box(120, 190, "18 25 40"), Box(250, 190, "44 52"), Box(350, 190, "58 67 80"),
        Box(490, 190, "85 91"), Box(600, 190, "94 97"),
    ),
    arrows=((0, 1), (0, 2), (0, 3), (1, 4), (1, 5), (2, 6), (2, 7), (3, 8), (3, 9)),
)  # fmt: skip
LOST_UPDATE = Drawing(
    boxes=(
        Box(20, 40, "T1", ("READ X = 100", "", "X = X - 30", "WRITE 70", "")),
        Box(260, 40, "T2", ("", "READ X = 100", "", "X = X + 50", "WRITE 150")),
    ),
    notes=((20, 12, "TIME GOES DOWN"), (20, 196, "X = 150, NOT 120: AN UPDATE IS LOST")),
)
REPLICATION = Drawing(
    boxes=(
        Box(180, 16, "APPLICATION"), Box(190, 100, "PRIMARY", ("READ WRITE",)),
        Box(20, 220, "REPLICA 1", ("READ",)), Box(200, 220, "REPLICA 2", ("READ",)),
        Box(380, 220, "REPLICA 3", ("READ",)),
    ),
    arrows=((0, 1), (1, 2), (1, 3), (1, 4)),
)  # fmt: skip
WAL = Drawing(
    boxes=(
        Box(20, 20, "TRANSACTION"), Box(220, 20, "LOG (WAL)", ("BEGIN", "UPDATE", "COMMIT")),
        Box(20, 160, "BUFFER CACHE"), Box(260, 160, "DATA FILES"), Box(420, 20, "DISK: FSYNC"),
    ),
    arrows=((0, 1), (1, 4), (0, 2), (2, 3)),
)  # fmt: skip

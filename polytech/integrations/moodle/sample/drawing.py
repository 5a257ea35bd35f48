"""Small line drawings as PNG, the same bytes each time: boxes, arrows and capital letters."""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

# Five by seven dots for each letter, rows from the top, the leftmost dot is 16.
_FONT = {
    "A": (14, 17, 17, 31, 17, 17, 17), "B": (30, 17, 17, 30, 17, 17, 30), "C": (14, 17, 16, 16, 16, 17, 14),
    "D": (30, 17, 17, 17, 17, 17, 30), "E": (31, 16, 16, 30, 16, 16, 31), "F": (31, 16, 16, 30, 16, 16, 16),
    "G": (14, 17, 16, 23, 17, 17, 14), "H": (17, 17, 17, 31, 17, 17, 17), "I": (14, 4, 4, 4, 4, 4, 14),
    "J": (7, 2, 2, 2, 2, 18, 12), "K": (17, 18, 20, 24, 20, 18, 17), "L": (16, 16, 16, 16, 16, 16, 31),
    "M": (17, 27, 21, 21, 17, 17, 17), "N": (17, 25, 21, 19, 17, 17, 17), "O": (14, 17, 17, 17, 17, 17, 14),
    "P": (30, 17, 17, 30, 16, 16, 16), "Q": (14, 17, 17, 17, 21, 18, 13), "R": (30, 17, 17, 30, 20, 18, 17),
    "S": (15, 16, 16, 14, 1, 1, 30), "T": (31, 4, 4, 4, 4, 4, 4), "U": (17, 17, 17, 17, 17, 17, 14),
    "V": (17, 17, 17, 17, 17, 10, 4), "W": (17, 17, 17, 21, 21, 27, 17), "X": (17, 17, 10, 4, 10, 17, 17),
    "Y": (17, 17, 10, 4, 4, 4, 4), "Z": (31, 1, 2, 4, 8, 16, 31), "0": (14, 17, 19, 21, 25, 17, 14),
    "1": (4, 12, 4, 4, 4, 4, 14), "2": (14, 17, 1, 6, 8, 16, 31), "3": (30, 1, 1, 14, 1, 1, 30),
    "4": (2, 6, 10, 18, 31, 2, 2), "5": (31, 16, 30, 1, 1, 17, 14), "6": (6, 8, 16, 30, 17, 17, 14),
    "7": (31, 1, 2, 4, 8, 8, 8), "8": (14, 17, 17, 14, 17, 17, 14), "9": (14, 17, 17, 15, 1, 2, 12),
    "_": (0, 0, 0, 0, 0, 0, 31), "-": (0, 0, 0, 31, 0, 0, 0), ".": (0, 0, 0, 0, 0, 12, 12),
    ",": (0, 0, 0, 0, 12, 4, 8), ":": (0, 12, 12, 0, 12, 12, 0), "(": (2, 4, 8, 8, 8, 4, 2),
    ")": (8, 4, 2, 2, 2, 4, 8), "=": (0, 0, 31, 0, 31, 0, 0), "*": (0, 21, 14, 31, 14, 21, 0),
    "<": (2, 4, 8, 16, 8, 4, 2), ">": (8, 4, 2, 1, 2, 4, 8), "+": (0, 4, 4, 31, 4, 4, 0),
    "/": (1, 1, 2, 4, 8, 16, 16), "?": (14, 17, 1, 2, 4, 0, 4), "'": (4, 4, 8, 0, 0, 0, 0),
    "#": (10, 10, 31, 10, 31, 10, 10),
}  # fmt: skip
_WHITE, _INK, _LINE, _FILL = 0, 1, 2, 3
_PALETTE = bytes((255, 255, 255, 31, 41, 55, 100, 116, 139, 219, 234, 254))
_DOT = 2


@dataclass(frozen=True, slots=True)
class Box:
    """A box with a heading and lines of text. Its place is in dots of the picture, its size follows its text."""

    x: int
    y: int
    heading: str
    lines: Sequence[str] = ()

    @property
    def width(self) -> int:
        return max(len(text) for text in (self.heading, *self.lines)) * 6 * _DOT + 20

    @property
    def height(self) -> int:
        return 30 + (len(self.lines) * 20 + 8 if self.lines else 0)


@dataclass(frozen=True, slots=True)
class Drawing:
    """Boxes, and arrows between them by their numbers; `notes` are texts at a place."""

    boxes: Sequence[Box]
    arrows: Sequence[tuple[int, int]] = ()
    notes: Sequence[tuple[int, int, str]] = ()

    def png(self) -> bytes:
        width = max([box.x + box.width for box in self.boxes] + [x + len(t) * 6 * _DOT for x, _, t in self.notes]) + 16
        height = max([box.y + box.height for box in self.boxes] + [y + 7 * _DOT for _, y, _ in self.notes]) + 16
        canvas = _Canvas(width, height)
        for start, end in self.arrows:
            canvas.arrow(self.boxes[start], self.boxes[end])
        for box in self.boxes:
            canvas.box(box)
        for x, y, words in self.notes:
            canvas.text(x, y, words)
        return canvas.png()


class _Canvas:
    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.rows = [bytearray(width) for _ in range(height)]

    def dot(self, x: int, y: int, colour: int) -> None:
        if 0 <= x < self.width and 0 <= y < self.height:
            self.rows[y][x] = colour

    def fill(self, x: int, y: int, width: int, height: int, colour: int) -> None:
        for row in range(max(y, 0), min(y + height, self.height)):
            for column in range(max(x, 0), min(x + width, self.width)):
                self.rows[row][column] = colour

    def line(self, x: int, y: int, to_x: int, to_y: int) -> None:
        steps = max(abs(to_x - x), abs(to_y - y), 1)
        for step in range(steps + 1):
            at_x, at_y = x + (to_x - x) * step // steps, y + (to_y - y) * step // steps
            self.fill(at_x, at_y, 2, 2, _LINE)

    def text(self, x: int, y: int, words: str) -> None:
        for place, letter in enumerate(words.upper()):
            for row, bits in enumerate(_FONT.get(letter, (0,) * 7)):
                for column in range(5):
                    if bits & (16 >> column):
                        self.fill(x + (place * 6 + column) * _DOT, y + row * _DOT, _DOT, _DOT, _INK)

    def box(self, box: Box) -> None:
        self.fill(box.x, box.y, box.width, box.height, _LINE)
        self.fill(box.x + 2, box.y + 2, box.width - 4, box.height - 4, _WHITE)
        self.fill(box.x + 2, box.y + 2, box.width - 4, 26, _FILL)
        self.text(box.x + 10, box.y + 8, box.heading)
        for place, line in enumerate(box.lines):
            self.text(box.x + 10, box.y + 36 + place * 20, line)

    def arrow(self, start: Box, end: Box) -> None:
        """A straight arrow: sideways between boxes that stand beside each other, else up or down."""
        x, y = start.x + start.width // 2, start.y + start.height // 2
        to_x, to_y = end.x + end.width // 2, end.y + end.height // 2
        if start.y < end.y + end.height and end.y < start.y + start.height:
            right = to_x > x
            x, to_x = (start.x + start.width, end.x) if right else (start.x, end.x + end.width)
            head = [(-8 if right else 8, -5), (-8 if right else 8, 5)]
        else:
            below = to_y > y
            y, to_y = (start.y + start.height, end.y) if below else (start.y, end.y + end.height)
            head = [(-5, -8 if below else 8), (5, -8 if below else 8)]
        self.line(x, y, to_x, to_y)
        for by_x, by_y in head:
            self.line(to_x, to_y, to_x + by_x, to_y + by_y)

    def png(self) -> bytes:
        raw = b"".join(b"\0" + bytes(row) for row in self.rows)
        header = struct.pack(">IIBBBBB", self.width, self.height, 8, 3, 0, 0, 0)
        parts = [(b"IHDR", header), (b"PLTE", _PALETTE), (b"IDAT", zlib.compress(raw, 9)), (b"IEND", b"")]
        return b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
            for name, data in parts
        )

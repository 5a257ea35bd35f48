"""How the program ends: exit codes, and failures that are told in one sentence."""

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of `polytech`, the same for every command (docs/operator.md lists them)."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    FINDINGS = 3
    REFUSED = 4
    SURROUNDINGS = 5
    INTERRUPTED = 130


class Failure(Exception):
    """Something went wrong that the person at the terminal can mend.

    Args:
        sentence: what is wrong and what to do about it.
        code: the exit code; SURROUNDINGS means the machine (database, port, disk, permission), not the program.
    """

    def __init__(self, sentence: str, code: Exit = Exit.SURROUNDINGS) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code

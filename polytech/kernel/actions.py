"""The form of an action: keyword-only, one transaction, refusals that explain themselves."""

import functools
import inspect
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import transaction

P = ParamSpec("P")
R = TypeVar("R")


class Refused(Exception):
    """An action refused for a reason that the person is told.

    Args:
        sentence: what is wrong and what to do, translated (lazily) for the reader.
        code: a stable word for the reason.
    """

    def __init__(self, sentence: object, *, code: str) -> None:
        super().__init__(str(code))
        self.sentence = sentence
        self.code = code


def action(function: Callable[P, R]) -> Callable[P, R]:
    """Run `function` in one transaction: authorise, check the rule, change, record the event."""
    positional = [
        parameter.name
        for parameter in inspect.signature(function).parameters.values()
        if parameter.kind is not inspect.Parameter.KEYWORD_ONLY
    ]
    if positional:
        raise TypeError(f"{function.__qualname__}: the arguments of an action are keyword-only: {positional}")

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with transaction.atomic():
            return function(*args, **kwargs)

    return run

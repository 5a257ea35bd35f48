"""What a rule says about facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from polytech.regulation.parameters import Parameter

Text = Mapping[str, str]  # words in kk, ru, en


class Outcome(StrEnum):
    HOLDS = "holds"
    AT_RISK = "at-risk"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Rule:
    """A clause of the regulation.

    Attributes:
        id: as in the list of requirements, `R4-04`.
        clause: where it stands in the source.
        title: in three languages.
    """

    id: str
    clause: str
    title: Text


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says about some facts.

    Attributes:
        inputs: the facts as they were given, plain values.
        arithmetic: how the numbers came together, `33 h / 150 h = 22 %`; no words.
        remedy: what would change the outcome, in three languages; empty when the rule holds.
        parameters: the numbers of the regulation that took part.
    """

    rule: Rule
    outcome: Outcome
    inputs: Mapping[str, object]
    arithmetic: str = ""
    remedy: Text = field(default_factory=dict)
    parameters: tuple[Parameter, ...] = ()

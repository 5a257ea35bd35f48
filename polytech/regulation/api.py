"""What other rooms may use of the regulation."""

from polytech.regulation.access import RULE as MATERIALS_RULE
from polytech.regulation.access import materials_within_reach
from polytech.regulation.findings import Finding, Outcome, Rule
from polytech.regulation.live_share import RULE as LIVE_SHARE_RULE
from polytech.regulation.live_share import TimetabledClass, live_share
from polytech.regulation.parameters import (
    PARAMETERS,
    RULES_OF_ONLINE_LEARNING,
    Confidence,
    NoParameter,
    Parameter,
    parameter,
)
from polytech.regulation.timetable import RULE as SLOT_RULE
from polytech.regulation.timetable import slot_is_complete

RULES: tuple[Rule, ...] = (MATERIALS_RULE, LIVE_SHARE_RULE, SLOT_RULE)

__all__ = [
    "PARAMETERS",
    "RULES",
    "RULES_OF_ONLINE_LEARNING",
    "Confidence",
    "Finding",
    "NoParameter",
    "Outcome",
    "Parameter",
    "Rule",
    "TimetabledClass",
    "live_share",
    "materials_within_reach",
    "parameter",
    "slot_is_complete",
]

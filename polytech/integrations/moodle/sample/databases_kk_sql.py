"""More weeks."""

from polytech.integrations.moodle.sample.course import Week

WEEKS: tuple[Week, ...] = ()

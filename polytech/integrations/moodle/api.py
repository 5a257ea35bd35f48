"""What other rooms may use of the Moodle import."""

from polytech.integrations.moodle.importing import import_backup

__all__ = ["import_backup"]

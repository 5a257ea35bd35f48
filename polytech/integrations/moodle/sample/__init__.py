"""A backup in Moodle's own format, made here: the demo's course comes through the same door as a real one."""

from polytech.integrations.moodle.sample.writing import write_sample

__all__ = ["write_sample"]

"""The made-up courses by language."""

from polytech.integrations.moodle.sample.course import MadeUpCourse


def databases(language: str) -> MadeUpCourse:
    """The course of databases in Kazakh; in Russian where that is asked for."""
    if language == "ru":
        from polytech.integrations.moodle.sample.databases_ru import COURSE as RUSSIAN

        return RUSSIAN
    from polytech.integrations.moodle.sample.databases_kk import COURSE as KAZAKH

    return KAZAKH

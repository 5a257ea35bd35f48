from pathlib import Path

import pytest

from tests.integrations.sis.deliveries import university, write


@pytest.fixture
def delivered(tmp_path: Path) -> Path:
    """The little university as a folder."""
    return write(tmp_path / "delivery", university())

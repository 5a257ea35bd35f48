"""What other rooms may use of files."""

from polytech.files.models import Blob

__all__ = ["Blob"]

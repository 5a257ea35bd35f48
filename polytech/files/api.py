"""What other rooms may use of files."""

from polytech.files.media import ACTIVE_TYPES
from polytech.files.models import Blob
from polytech.files.serving import serve
from polytech.files.storing import TooLarge, local_path, open_blob, store

__all__ = ["ACTIVE_TYPES", "Blob", "TooLarge", "local_path", "open_blob", "serve", "store"]

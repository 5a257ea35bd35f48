"""What other rooms may use of the feed."""

from polytech.integrations.sis.batches import preview_delivery, sync_batch
from polytech.integrations.sis.endpoints import router as api_router
from polytech.integrations.sis.models import Batch, BatchState, Door
from polytech.integrations.sis.queries import Freshness, freshness, hand_made_accounts, stopped_batches
from polytech.integrations.sis.running import FeedBusy
from polytech.integrations.sis.sample.university import Size
from polytech.integrations.sis.sample.writing import write_sample

__all__ = [
    "Batch",
    "BatchState",
    "Door",
    "FeedBusy",
    "Freshness",
    "Size",
    "api_router",
    "freshness",
    "hand_made_accounts",
    "preview_delivery",
    "stopped_batches",
    "sync_batch",
    "write_sample",
]

"""`polytech bench`: CPU and bytes of pages and of the feed, over a sample university, against their budgets."""

from polytech.config.house.bench.command import bench

__all__ = ["bench"]

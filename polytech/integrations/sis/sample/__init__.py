"""A made-up university of any size, written as a delivery of the feed."""

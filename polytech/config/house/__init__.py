"""Keeping the house: catalogues, requirements, dependencies, measurements, pictures."""

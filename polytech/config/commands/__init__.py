"""The commands of the program itself; those of a room live in that room's `commands.py`."""

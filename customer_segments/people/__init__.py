"""Removes erased people from what came in and from what earlier builds left, for good."""

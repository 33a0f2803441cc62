"""Looks at segments before they are saved: preview, explain, compare."""

"""Formats read as values: bytes in, plain values out. Nothing here asks, stores or knows the time."""

"""Configurations in files: each shape, each error, and what comes of it."""

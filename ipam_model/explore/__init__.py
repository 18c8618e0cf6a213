"""Exhaustive exploration of small scopes of the reference model."""

"""Daemons with one bug each, and that the properties notice them."""

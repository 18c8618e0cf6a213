"""Tests of the worst cases."""

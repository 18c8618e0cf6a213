"""Tests by rule: expected values come from the specification, never from the model."""

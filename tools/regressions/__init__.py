"""Scenarios named after upstream issues: index, differences within pairs, judgement."""

"""The suite for the subject that `--ipam-subject` names, ready to be collected by pytest."""

from ipam_model.testing.conformance.suite import ConformanceSuite


class TestSubject(ConformanceSuite):
    """Checks the subject of the command line."""

"""Running the command in this process."""

import pytest
from attrs import frozen

from ipam_model.cli.main import main


@frozen
class Result:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The one line on stderr of a refused input."""
        assert self.code == 2, self
        lines = self.err.splitlines()
        assert len(lines) == 1, self
        assert self.err.endswith("\n")
        assert lines[0].startswith("ipam-model: ")
        assert "internal error" not in lines[0]
        return lines[0].removeprefix("ipam-model: ")


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> Result:
    """`ipam-model ARGUMENTS`."""
    capsys.readouterr()
    try:
        code = main([str(each) for each in arguments])
    except SystemExit as left:  # argparse leaves by itself.
        code = int(left.code or 0)
    shown = capsys.readouterr()
    return Result(code, shown.out, shown.err)


def check(capsys: pytest.CaptureFixture[str], *arguments: object) -> Result:
    """`ipam-model trace check ARGUMENTS`."""
    return run(capsys, "trace", "check", *arguments)

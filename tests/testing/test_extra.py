"""Without Hypothesis one line says which extra has it."""

import subprocess
import sys

from tests.shared import ROOT


def test_without_hypothesis_the_extra_is_named() -> None:
    program = (
        "import sys; sys.modules['hypothesis'] = None\n"
        "from ipam_model.errors import InputError\n"
        "try:\n    import ipam_model.testing.machine\n"
        "except InputError as error:\n    print(error)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert run.stdout == (
        "hypothesis is not installed; it comes with the extra `testing`: "
        "pip install 'ipam-model[testing]'\n"
    )

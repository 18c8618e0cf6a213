"""Broken variants of the model, and what notices that they are broken.

    python -m tools.mutants                       break every rule, show what notices
    python -m tools.mutants --only NAME           one of them (may be repeated)
    python -m tools.mutants --by recording        with one kind of killer: trace, test, recording
    python -m tools.mutants --write docs/mutants.md
    python -m tools.mutants --check               is the table in docs/mutants.md current?

A mutant is one exact replacement in one file of `ipam_model` (`catalogue/`). It runs in a process
of its own, in a copy of the package with that file replaced (`workspace`), until something kills
it: a recorded trace that the broken checker judges wrongly (`by_trace`), a test that fails
(`by_test`), or a simulation recorded by the broken model that the whole one refuses
(`by_recording`). The table remembers the killer, which is tried first the next time.
"""

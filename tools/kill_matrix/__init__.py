"""Which property notices which wrong model.

    python -m tools.kill_matrix                    # judge all, write docs/kill-matrix.md
    python -m tools.kill_matrix --only no-back-off # judge one again
    python -m tools.kill_matrix --check            # is the page current?

Every wrong model of `ipam_model.wrong_models` lives through the same stories (`groups`), judged by
every registered property. What the daemon as specified violates in the same story does not count.
"""

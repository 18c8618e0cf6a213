"""How soon a check of conformance notices which wrong implementation.

    python -m tools.detection                     # judge all, write docs/detection.md
    python -m tools.detection --only no-back-off  # judge one again
    python -m tools.detection --hold-out          # judge mutants that no plan was made for
    python -m tools.detection --check             # is the page current?

Every wrong model of `ipam_model.wrong_models`, and every wrong store of
`ipam_model.conformance.wrong_datastores`, is served as a subject, in this process and by wire, and
meets the same plans: those of `check_conformance`, directed ones first. The budget is fixed.
"""

"""How soon a check of conformance notices which wrong model.

    python -m tools.detection                     # judge all, write docs/detection.md
    python -m tools.detection --only no-back-off  # judge one again
    python -m tools.detection --check             # is the page current?

Every wrong model of `ipam_model.wrong_models` is served as a subject and meets the same plans:
those of the areas of a daemon in turn, as `check_conformance` draws them. The budget is fixed.
"""

"""Rules without code of their own, one file per kind, in the order of their numbers; and `reasons`.

Formulas and steps are stated next to their code. Symbols as in `ipam_model.rules`, source lines as
in `ipam_model.catalogue`.
"""

from ipam_model.rules.notes import consequences, facts, hazards, out_of_scope, reasons, v1_7

__all__ = ["consequences", "facts", "hazards", "out_of_scope", "reasons", "v1_7"]

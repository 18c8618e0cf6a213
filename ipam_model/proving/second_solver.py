"""A second opinion: cvc5 reads the exported text, knowing nothing of z3 or of this project."""

from typing import Final

from ipam_model.extras import missing_extra

try:
    import cvc5
except ImportError as error:
    raise missing_extra("cvc5", "solver") from error

RLIMIT: Final = 2_000_000
"""Steps granted to each script, in cvc5's own unit."""


def run(script: str, *, rlimit: int = RLIMIT) -> str:
    """What cvc5 prints for an SMT-LIB 2 script: `sat`, `unsat`, `unknown`, or its complaint.

    The answer the script expects is withheld.
    """
    lines = [line for line in script.splitlines() if not line.startswith("(set-info :status")]
    terms = cvc5.TermManager()
    solver = cvc5.Solver(terms)
    solver.setOption("rlimit", str(rlimit))
    symbols = cvc5.SymbolManager(terms)
    parser = cvc5.InputParser(solver, symbols)
    printed = ""
    try:
        parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, "\n".join(lines), "script")
        while not (command := parser.nextCommand()).isNull():
            printed += command.invoke(solver, symbols)
    except RuntimeError as error:
        printed += f"{error}"
    return printed.strip()

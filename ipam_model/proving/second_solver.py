"""A second opinion: cvc5 reads the exported text, knowing nothing of z3 or of this project."""

import re
from collections.abc import Mapping
from typing import Final

from ipam_model.answer import Answer
from ipam_model.extras import missing_extra

try:
    import cvc5
except ImportError as error:
    raise missing_extra("cvc5", "solver") from error

RLIMIT: Final = 2_000_000
"""Steps granted to each script, in cvc5's own unit."""

_STATUS: Final = "(set-info :status"
_DECLARED: Final = re.compile(r"^\(declare-fun (\w+) ", re.MULTILINE)
_VALUE: Final = re.compile(r"\((\w+) (true|false|\d+|\(- (\d+)\))\)")


def run(script: str, *, rlimit: int = RLIMIT, options: Mapping[str, str] | None = None) -> str:
    """What cvc5 prints for an SMT-LIB 2 script: `sat`, `unsat`, `unknown`, or its complaint.

    The answer the script expects is withheld.
    """
    lines = [line for line in script.splitlines() if not line.startswith(_STATUS)]
    terms = cvc5.TermManager()
    solver = cvc5.Solver(terms)
    for name, value in {"rlimit": str(rlimit), **(options or {})}.items():
        solver.setOption(name, value)
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


def answer(script: str, *, rlimit: int = RLIMIT, values: bool = True) -> Answer:
    """What cvc5 says about a script, and if asked with values of the unknowns if there are some."""
    said = run(script, rlimit=rlimit)
    names = _DECLARED.findall(script)
    match said:
        case "unsat":
            return Answer(result="unsat", values={}, effort=0, reason="")
        case "sat":
            if not values:
                return Answer(result="sat", values={}, effort=0, reason="")
            asking = script.replace("(exit)\n", f"(get-value ({' '.join(names)}))\n")
            printed = run(asking, rlimit=rlimit, options={"produce-models": "true"})
            found = {name: _value(text) for name, text, _ in _VALUE.findall(printed)}
            return Answer(result="sat", values=found, effort=0, reason="")
        case _:
            return Answer(result="unknown", values={}, effort=0, reason=said)


def certificate(script: str, form: str, *, rlimit: int = RLIMIT) -> str:
    """cvc5's proof of an `unsat` script as text, in the format `cpc` or `alethe`."""
    proving = script.replace("(exit)\n", "(get-proof)\n")
    options = {"produce-proofs": "true", "proof-format-mode": form}
    return run(proving, rlimit=rlimit, options=options) + "\n"


def _value(text: str) -> int | bool:
    if text in ("true", "false"):
        return text == "true"
    return -int(text[3:-1]) if text.startswith("(") else int(text)

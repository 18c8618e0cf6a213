"""What the processes do that ask the solvers."""

from collections.abc import Mapping
from time import perf_counter

from ipam_model.answer import Answer
from ipam_model.proving.reply import NEGATED, Part, Reply, Request
from ipam_model.theorems.theorem import Theorem


def ask(theorems: Mapping[str, Theorem], request: Request) -> Reply:
    """Build the questions, and put them to z3 if it is wanted.

    Raises:
        InputError: z3 is not installed.
    """
    from ipam_model.proving.questions import questions, with_values

    start = perf_counter()
    theorem = theorems[request.theorem]
    obligation = theorem.obligations[request.obligation]
    mutation = request.mutation
    mutant = theorems[mutation.theorem].mutants[mutation.number] if mutation is not None else None
    asked = questions(obligation, mutant)
    answers: dict[Part, Answer] = {}
    for question in asked if request.solve else ():
        answer = question.ask(rlimit=request.rlimit, seed=request.seed)
        answers[question.part] = answer
        if answer.result != question.part.expected:
            break
    scripts = {each.part: each.smtlib(theorem, obligation) for each in asked if request.scripts}
    if Part.PREMISES in scripts and Part.PREMISES in answers:
        found = answers[Part.PREMISES].values
        scripts[Part.PREMISES] = with_values(scripts[Part.PREMISES], found)
    seconds = perf_counter() - start
    return Reply(
        answers=answers,
        scripts=scripts,
        premises=tuple(name for name in asked[-1].formulas if name != NEGATED) if asked else (),
        core=asked[-1].core(rlimit=request.rlimit) if request.cores and asked else None,
        applies=bool(asked),
        seconds=seconds,
    )


def ask_second(values: bool, scripts: Mapping[Part, str]) -> Reply:
    """Put scripts to cvc5, which also gives values if they are wanted.

    Raises:
        InputError: cvc5 is not installed.
    """
    from ipam_model.proving.second_solver import answer

    start = perf_counter()
    answers = {part: answer(script, values=values) for part, script in scripts.items()}
    return Reply(answers=answers, seconds=perf_counter() - start)


def certify(form: str, script: str) -> str:
    """Have cvc5 prove a script; what it prints.

    Raises:
        InputError: cvc5 is not installed.
    """
    from ipam_model.proving.second_solver import certificate

    return certificate(script, form)

"""From theorems to verdicts: questions for solvers, asked in processes of their own.

Only `check` gives verdicts. z3 is imported by `ipam_model.symbolic`, cvc5 by `second_solver`, and
both only in the processes that ask them.
"""

"""Every rule of the model, broken in every small way, and which test notices.

    python -m tools.mutation                      hunt all mutants, write docs/mutation-score.md
    python -m tools.mutation --only capacity      those whose name contains a text (repeatable)
    python -m tools.mutation --tier rules         the formulas alone; or `steps`
    python -m tools.mutation --left               what the last run has not, and unread survivors
    python -m tools.mutation --check              a fixed sample, and whether the page is current

`tools.mutants` holds mistakes that somebody thought of, one quoted text each. This tool thinks of
none: it applies every operator that fits to every function that is the text of a rule, in two
tiers. *Rules* are all formulas of `ipam_model.rules`; their operators know `Logic` (`operators`).
*Steps* are the functions elsewhere that carry `@rule` or `@part_of`; theirs know Python.

A mutant is the code object of one changed function. The model and the tests are loaded once, in a
pytest session whose loop (`hunt`) forks a process per mutant; there the code is put into the
function that everybody already refers to, and the tests that reach that function run, the cheapest
first, until one fails. A survivor among the formulas is proved equivalent where a solver can
(`equivalence`); any other is explained in `explained.toml`, or is a test that is missing.

Existing tools do not fit. mutmut (3.8) leaves decorated functions out, which all rules are.
cosmic-ray (8.7) changes files and starts a test process per mutant, half a second before the
first test, and names a mutant by its line. Both mutate Python's operators, of which formulas have
almost none: they compare with `k.lt` and choose with `k.ite`. Neither can prove an equivalence.
"""

"""Mutants of the loop and of one pool update (R69-R73)."""

from typing import Final

from tools.mutants.mutant import Mutant

MUTANTS: Final = (
    Mutant(
        name="loop_does_not_pause_before_reconcile",
        rules=("R69",),
        file="world.py",
        old="""\
            self.tick()
            self.advance(timing.LOOP_SLEEP)
""",
        new="""\
            self.tick()
""",
        why="2.5 s before the pool update and 2.5 s before reconcile",
    ),
    Mutant(
        name="loop_reconciles_before_the_pool_update",
        rules=("R69",),
        file="world.py",
        old="""\
        if measure.provisions(self.config):
            self.tick()
            self.advance(timing.LOOP_SLEEP)
        self.reconcile()
""",
        new="""\
        self.reconcile()
        if measure.provisions(self.config):
            self.advance(timing.LOOP_SLEEP)
            self.tick()
""",
        why="pool update first, then reconcile",
    ),
    Mutant(
        name="loop_pauses_twice_without_provisioning",
        rules=("R69", "R52"),
        file="world.py",
        old="""\
            self.tick()
            self.advance(timing.LOOP_SLEEP)
""",
        new="""\
            self.tick()
        self.advance(timing.LOOP_SLEEP)
""",
        why="with provisioning disabled the loop is 2.5 s and reconcile",
    ),
    Mutant(
        name="low_pool_releases_too",
        rules=("R72",),
        file="daemon/pool.py",
        old="    elif _release_allowed(node, now)",
        new="    if _release_allowed(node, now)",
        why="a low card grows and does not release in the same update",
        tests=("tests/rules",),
    ),
    Mutant(
        name="low_pool_frees_no_eni",
        rules=("R72",),
        file="daemon/pool.py",
        old="""\
    if measure.wants_fewer_enis(config, node.store(card), decision.totals):
""",
        new="""\
    if not decision.low and measure.wants_fewer_enis(
        config, node.store(card), decision.totals
    ):
""",
        why="ENI deletion does not depend on growth or release",
    ),
    Mutant(
        name="released_pool_frees_no_eni",
        rules=("R72",),
        file="daemon/pool.py",
        old="""\
    if measure.wants_fewer_enis(config, node.store(card), decision.totals):
""",
        new="""\
    if not released and measure.wants_fewer_enis(
        config, node.store(card), decision.totals
    ):
""",
        why="ENI deletion does not depend on growth or release",
    ),
    Mutant(
        name="release_is_no_pool_action",
        rules=("R72",),
        file="daemon/pool.py",
        old="node = evolve(node, last_decrease=now, last_pool_action=now)",
        new="node = evolve(node, last_decrease=now)",
        why="a release sets the pool clock as well",
    ),
    Mutant(
        name="release_does_not_set_the_decrease_clock",
        rules=("R72", "R143"),
        file="daemon/pool.py",
        old="node = evolve(node, last_decrease=now, last_pool_action=now)",
        new="node = evolve(node, last_pool_action=now)",
        why="a release sets the decrease clock",
    ),
    Mutant(
        name="release_that_takes_nothing_sets_no_clock",
        rules=("R72",),
        file="daemon/pool.py",
        old="""\
        node, now = yield from release_cidrs(config, node, now, card)
""",
        new="""\
        before = node.store(card)
        node, now = yield from release_cidrs(config, node, now, card)
        released = node.store(card) != before
""",
        why="a release sets the clocks whatever it achieved",
        tests=("tests/rules",),
    ),
    Mutant(
        name="release_does_not_wait_for_the_last_one",
        rules=("R72", "R143"),
        file="daemon/pool.py",
        old="""\
    elif _release_allowed(node, now) and measure.too_high(
""",
        new="""\
    elif measure.too_high(
""",
        why="more than 30 s after the last decrease",
    ),
    Mutant(
        name="cards_are_judged_one_after_the_other",
        rules=("R72",),
        file="daemon/pool.py",
        old="update_card(config, node, now, decisions[card])",
        new="""\
update_card(
            config, node, now, measure.decide(config, node, node.store(card))
        )""",
        why="low is decided for all cards before any acts",
        tests=("tests/rules",),
    ),
    Mutant(
        name="eni_deletion_is_judged_on_fresh_totals",
        rules=("R73",),
        file="daemon/pool.py",
        old="""\
    if measure.wants_fewer_enis(config, node.store(card), decision.totals):
""",
        new="""\
    if measure.wants_fewer_enis(config, node.store(card), totals(node.store(card))):
""",
        why="T, A and X are those from before the update acted",
        tests=("tests/rules",),
    ),
    Mutant(
        name="free_prefixes_are_those_of_the_snapshot",
        rules=("R73",),
        file="daemon/pool.py",
        old="return evolve(snapshot, free_prefixes=totals(node.store(card)).free_prefixes)",
        new="return snapshot",
        why="F is read when needed",
        tests=("tests/rules",),
    ),
    Mutant(
        name="totals_for_the_release_are_fresh",
        rules=("R73",),
        file="daemon/pool.py",
        old="return evolve(snapshot, free_prefixes=totals(node.store(card)).free_prefixes)",
        new="return totals(node.store(card))",
        why="T, A and X are those from before the update acted",
        tests=("tests/rules",),
    ),
)

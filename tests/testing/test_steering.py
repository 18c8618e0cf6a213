"""A runner that is told what to choose, by numbers."""

from itertools import combinations

from ipam_model.daemon.procedure import Choice, OneOf, Subsets
from ipam_model.state import Node
from ipam_model.testing.steering import Steered
from tests.rules.scenes import make_config, make_scene, warm


def chosen(options: OneOf[int] | Subsets[int], *numbers: int) -> list[object]:
    runner = Steered(make_scene(make_config(warm(eni=1))).world, numbers)
    return [runner.choose(Choice("R190", Node(), options)) for _ in range(len(numbers) + 1)]


def test_a_number_takes_an_option_modulo_how_many_there_are() -> None:
    assert chosen(OneOf((7, 8, 9)), 0, 2, 3, 5) == [7, 9, 7, 9, 7]
    pairs = list(combinations(range(4), 2))
    assert chosen(Subsets(range(4), 2), 1, 5, 6) == [pairs[1], pairs[5], pairs[0], pairs[0]]


def test_of_many_subsets_only_those_are_made_that_are_asked_for() -> None:
    """There are 137,846,528,820 of them."""
    wide = Subsets(range(40), 20)
    assert chosen(wide, 1)[0] == (*range(19), 20)
    assert chosen(wide, 10**12)[0] == wide.nth(10**12 % wide.count)

"""Published documents that give numbers the daemon does not: what they say, what the model gives.

Pods ask at once when the idle node has come to rest; one that is refused asks again before every
pass. "reserved" counts what the node takes from its subnet, primary addresses included.
"""

from typing import Final, NamedTuple

import pytest

from tests.examples.driver import ExampleNode, environment, new_node, started

DOCUMENTS: Final = {
    "d1": "amazon-vpc-cni-k8s README.md, ENI Allocation",
    "d2": "amazon-vpc-cni-k8s pkg/ipamd/ipamd.go, comments at lines 70-78 and 93-106",
    "d3": "amazon-vpc-cni-k8s docs/prefix-and-ip-target.md",
    "d4": "amazon-vpc-cni-k8s docs/prefix-and-ip-target.md",
    "BPG": "EKS Best Practices Guide, networking/vpc-cni.adoc",
    "AIE": "AI on EKS, docs/bestpractices/networking/networking.md",
}
"""By the first part of a row's id."""


def settled(
    instance: str,
    env: dict[str, str],
    pods: int,
    *,
    max_pods: int | None = None,
    seed: int | None = None,
) -> ExampleNode:
    node = started(new_node(instance, env, max_pods=max_pods, seed=seed))
    node.settle()
    node.want(pods)
    node.settle()
    return node


def measured(node: ExampleNode) -> dict[str, int]:
    found = node.outcome()
    return {
        "ENIs": found.enis,
        "prefixes": sum(found.cidrs) if node.config.prefix_mode else 0,
        "total": found.total,
        "free": found.free,
        "reserved": node.ec2.reserved(),
    }


class Row(NamedTuple):
    """A line of a published table, or a worked example."""

    id: str
    """Document, and which of its numbers."""
    type: str
    we: int | None
    wi: int | None
    m: int | None
    wp: int | None
    p: int
    """Max pods."""
    pods: int
    what: str
    says: tuple[int, ...]
    """The document's numbers."""
    gives: tuple[int, ...]
    """The model's, and the daemon's."""

    @property
    def document(self) -> str:
        return DOCUMENTS[self.id.split("-")[0]]


__: Final = None
# fmt: off
WRONG: Final = [
    #   id        type          We  Wi    m  Wp    P pods what              says       gives
    Row("d1",     "m4.4xlarge",  1, __,  __, __, 234,  0, "ENIs, free",     (2, 58),   (1, 29)),
    Row("d2",     "m4.4xlarge",  2, __,  __, __, 234,  9, "total, free",    (90, 81),  (87, 78)),
    Row("d3-3",   "p3dn",       __, __,  __,  1, 250,  3, "ENIs",           (2,),      (1,)),
    Row("d3-95",  "p3dn",       __, __,  __,  1, 250, 95, "ENIs",           (3,),      (1,)),
    Row("d3-45",  "p3dn",       __,  5,  10, __, 250, 45, "ENIs",           (2,),      (1,)),
    Row("d4",     "t3.small",   __,  7,  20, __, 110,  0, "prefixes, free", (1, 16),   (2, 32)),
    Row("BPG-15", "4x20",        0,  5,  __, __, 110, 15, "ENIs, reserved", (1, 20),   (2, 22)),
    Row("BPG-16", "4x20",        0,  5,  __, __, 110, 16, "reserved",       (40,),     (23,)),
    Row("BPG-m",  "15x10",      __, __, 100, __, 110,  0, "ENIs, reserved", (10, 100), (12, 112)),
    Row("BPG-We", "2x6",         1, __,  __, __, 110,  6, "ENIs",           (3,),      (2,)),
]
RIGHT: Final = [
    #   id          type           We  Wi   m  Wp    P pods what              says     gives
    Row("d3-3",     "p3dn",        __, __, __,  1, 250,  3, "prefixes, free", (2, 29), (2, 29)),
    Row("d3-95",    "p3dn",        __, __, __,  1, 250, 95, "prefixes, free", (7, 17), (7, 17)),
    Row("d3-45",    "p3dn",        __,  5, 10, __, 250, 45, "prefixes, free", (4, 19), (4, 19)),
    Row("BPG-We",   "2x6",          1, __, __, __, 110,  5, "ENIs, free",     (2, 5),  (2, 5)),
    Row("AIE-8xl",  "m5.8xlarge",   1, __, __, __, 234, 10, "reserved",       (60,),   (60,)),
    Row("AIE-16xl", "m5.16xlarge",  1, __, __, __, 737, 10, "reserved",       (100,),  (100,)),
]
# fmt: on

SEEDS: Final = (None, 1, 2, 3)


def found(row: Row, seed: int | None) -> tuple[int, ...]:
    prefixes = row.id.startswith(("d3", "d4"))
    env = environment(row.we, row.wi, row.m, row.wp, prefixes=prefixes)
    numbers = measured(settled(row.type, env, row.pods, max_pods=row.p, seed=seed))
    return tuple(numbers[name] for name in row.what.split(", "))


@pytest.mark.parametrize("row", WRONG, ids=[row.id for row in WRONG])
def test_document_is_wrong(row: Row) -> None:
    for seed in SEEDS:
        assert found(row, seed) == row.gives, row.document
    for says, gives in zip(row.says, row.gives, strict=True):
        assert says != gives, row.document


@pytest.mark.parametrize("row", RIGHT, ids=[row.id for row in RIGHT])
def test_document_is_right_about_other_numbers(row: Row) -> None:
    # So the differences above are not a matter of how the document is read.
    for seed in SEEDS:
        assert found(row, seed) == row.says == row.gives, row.document


def test_document_BPG_the_second_eni_comes_with_the_fifteenth_pod_and_gets_one_address() -> None:
    # The guide keeps one ENI until a 16th address is needed and then takes 20 more. But one of an
    # ENI's 20 addresses is its primary, and the new ENI is asked for no more than is missing.
    env = environment(we=0, wi=5)
    says = {14: (20,), 15: (20,), 16: (20, 20)}
    gives = {14: (19,), 15: (19, 1), 16: (19, 2)}
    for pods, cidrs in gives.items():
        assert settled("4x20", env, pods).outcome().cidrs == cidrs != says[pods]
    # Were the 20 meant without the primary, the 16th pod would be right, and its 20 still wrong.
    assert [settled("4x21", env, pods).outcome().cidrs for pods in (15, 16)] == [(20,), (20, 1)]


def test_document_BPG_a_minimum_of_100_takes_eleven_updates() -> None:
    # The guide has 9 more ENIs attached immediately.
    node = settled("15x10", environment(m=100), 0)
    assert node.calls() == [
        "0 assign 9",
        *(f"{2.5 + 5 * tick:g} new ENI with 9" for tick in range(10)),
        "52.5 new ENI with 1",
    ]


def test_document_BPG_the_third_eni_needs_an_instance_that_may_have_three() -> None:
    # The guide's instance has 2 ENIs of 5 pod addresses, and gets a third with the sixth pod.
    env = environment(we=1)
    allowed_two, allowed_three = settled("2x6", env, 6), settled("3x6", env, 6)
    assert allowed_two.outcome().cidrs == (5, 5)
    assert sum("new ENI" in call for call in allowed_two.calls()) == 1
    assert allowed_three.outcome().cidrs == (5, 5, 5)


def test_document_BPG_three_c5_large_with_two_coredns_pods() -> None:
    # The guide once had 49 addresses kept warm; its correction to 43 warm and 50 in all is right.
    env = environment(we=1)
    nodes = [settled("c5.large", env, pods, max_pods=29) for pods in (1, 1, 0)]
    warm = sum(node.outcome().free for node in nodes)
    reserved = [node.ec2.reserved() for node in nodes]
    assert [len(node.ec2.enis) for node in nodes] == [2, 2, 1]
    assert reserved == [20, 20, 10]
    once, corrected = 49, (43, 50)
    assert (warm, sum(reserved)) == corrected
    assert once not in corrected


@pytest.mark.parametrize("seed", SEEDS)
def test_document_AIE_a_minimum_of_30_alone_is_a_ceiling(seed: int | None) -> None:
    # The page sets MINIMUM_IP_TARGET = 30 and nothing else, a little above the pods expected, so
    # that they are provisioned in few calls. True; but the pool never grows past 30 (R40, R110).
    node = settled("m5.8xlarge", environment(m=30), 31, max_pods=234, seed=seed)
    assert node.calls() == ["0 assign 29", "2.5 new ENI with 1"]
    assert [len(node.running()), len(node.waiting)] == [30, 1]
    expected_by_a_reader = 31
    assert len(node.running()) < expected_by_a_reader
    with_warm = settled("m5.8xlarge", environment(wi=1, m=30), 31, max_pods=234, seed=seed)
    assert len(with_warm.running()) == expected_by_a_reader

"""Node groups: those of eksctl, and Karpenter's pools, with the daemons that run on them."""

from itertools import combinations
from pathlib import Path

import pytest

from tests.manifests.reading import complaint, configured
from tests.manifests.texts import CLUSTER, KARPENTER, daemon_set, documents

Found = tuple[str, str | None, int | None]


def found(folder: Path, *texts: str, types: tuple[str, ...] = ()) -> list[Found]:
    return [
        (each.group, each.instance_type, each.max_pods)
        for each in configured(folder, *texts, types=types)
    ]


def test_eksctl(tmp_path: Path) -> None:
    assert found(tmp_path, CLUSTER) == [
        ("small", "t3.medium", None),
        ("big", "m5.4xlarge", 110),
        ("big", "m5a.4xlarge", 110),
        ("mixed", "c5.large", 20),
    ]


def test_eksctl_addon_in_a_block_of_text(tmp_path: Path) -> None:
    small = configured(tmp_path, CLUSTER)[0]
    assert small.environment.texts["WARM_IP_TARGET"] == "5"
    origin = small.environment.origins["WARM_IP_TARGET"]
    assert (origin.line, origin.column) == (10, 23)
    assert CLUSTER.splitlines()[9][22:] == '"5"'


@pytest.mark.parametrize(
    ("header", "body"),
    [
        ("|-", '      env:\n        MAX_ENI: "3"\n'),
        ("|2", '      env:\n        MAX_ENI: "3"\n'),
        ("|2", '    env:\n      MAX_ENI: "3"\n'),
        ("| # why", '\n\n      env:\n        MAX_ENI: "3"\n'),
        ("|+", '      # why\n      env:\n        MAX_ENI: "3"\n\n'),
    ],
)
def test_places_in_blocks_of_text(tmp_path: Path, header: str, body: str) -> None:
    before, _, after = CLUSTER.partition("  configurationValues: |-\n")
    text = f"{before}  configurationValues: {header}\n{body}{after[after.index('managed') :]}"
    origin = configured(tmp_path, text)[0].environment.origins["MAX_ENI"]
    assert origin.line is not None
    assert origin.column is not None
    assert text.splitlines()[origin.line - 1][origin.column - 1 :] == '"3"'


def test_eksctl_takes_text_as_configuration(tmp_path: Path) -> None:
    text = CLUSTER.replace("configurationValues: |-", "configurationValues:")
    message = complaint(tmp_path, text)
    assert message == "file.yaml:9: configurationValues is a mapping; it must be text"


def test_types_of_the_command_line_replace_those_of_the_file(tmp_path: Path) -> None:
    assert found(tmp_path, CLUSTER, types=("m5.large",)) == [
        ("small", "m5.large", None),
        ("big", "m5.large", 110),
        ("mixed", "m5.large", 20),
    ]


def test_a_group_without_type(tmp_path: Path) -> None:
    text = CLUSTER.replace("  instanceType: t3.medium\n", "")
    message = complaint(tmp_path, text, types=())
    assert message == (
        "file.yaml:12: small here names no instance type; give --instance-type, e.g. m5.large"
    )


@pytest.mark.parametrize(
    ("was", "becomes", "expected"),
    [
        ("maxPodsPerNode: 110", "maxPodsPerNode: lots", "is 'lots', text; it must be a whole"),
        ("maxPodsPerNode: 110", "maxPodsPerNode: -1", "is '-1', a number; it must be a whole"),
        ("maxPodsPerNode: 110", "maxPodsPerNode: 0", "a number; it must be a whole number, 1 or"),
        ("maxPodsPerNode: 110", "maxPodsPerNode: '5'", "is '5', text; it must be a whole number"),
        ("- name: small\n  ", "- ", "an item of managedNodeGroups has no name"),
        ("instanceTypes: [", "instanceTypes: [5, ", "an instance type is '5', a number"),
        ("managedNodeGroups:", "managedNodeGroups: 5\nx:", "must be a list"),
        ("- name: coredns", "- coredns", "an item of addons is 'coredns', text"),
    ],
)
def test_malformed_groups(tmp_path: Path, was: str, becomes: str, expected: str) -> None:
    assert was in CLUSTER
    message = complaint(tmp_path, CLUSTER.replace(was, becomes))
    assert message.startswith("file.yaml:")
    assert expected in message


def test_karpenter(tmp_path: Path) -> None:
    assert found(tmp_path, KARPENTER) == [
        ("general", "c5.xlarge", 40),
        ("general", "m5.xlarge", 40),
    ]
    without = KARPENTER.replace("node.kubernetes.io/instance-type", "karpenter.k8s.aws/family")
    assert found(tmp_path, without, types=("m5.large",)) == [("general", "m5.large", 40)]
    assert "general here names no instance type" in complaint(tmp_path, without, types=())


def test_a_daemon_set_for_all_groups(tmp_path: Path) -> None:
    bare = CLUSTER.replace("- name: vpc-cni", "- name: kube-proxy")
    groups = configured(tmp_path, bare, daemon_set({"MAX_ENI": "2"}))
    assert [each.group for each in groups] == ["small", "big", "big", "mixed"]
    assert all(each.environment.texts == {"MAX_ENI": "2"} for each in groups)


def test_daemon_sets_by_label(tmp_path: Path) -> None:
    bare = CLUSTER.replace("- name: vpc-cni", "- name: kube-proxy")
    cheap = daemon_set({"MAX_ENI": "1"}, name="cheap", pod="nodeSelector: {pool: cheap}")
    rest = daemon_set(
        {"MAX_ENI": "2"},
        name="rest",
        pod="""\
        affinity:
          nodeAffinity:
            requiredDuringSchedulingIgnoredDuringExecution:
              nodeSelectorTerms:
              - matchExpressions: [{key: pool, operator: DoesNotExist}]
              - matchExpressions: [{key: pool, operator: NotIn, values: [cheap]}]
        """,
    )
    groups = configured(tmp_path, documents(bare, cheap, rest))
    assert [(each.group, each.environment.texts["MAX_ENI"]) for each in groups] == [
        ("small", "1"),
        ("big", "2"),
        ("big", "2"),
        ("mixed", "2"),
    ]
    message = complaint(tmp_path, documents(bare, cheap))
    assert message.startswith("file.yaml:12: no DaemonSet runs on node group big") is False
    assert "no DaemonSet runs on node group big (m5.large): the nodeSelector or affinity" in message


def test_labels_that_others_set_decide_nothing(tmp_path: Path) -> None:
    bare = CLUSTER.replace("- name: vpc-cni", "- name: kube-proxy")
    zones = [
        daemon_set({}, name=name, pod=f"nodeSelector: {{topology.kubernetes.io/zone: {name}}}")
        for name in ("a", "b")
    ]
    groups = configured(tmp_path, documents(bare, *zones))
    assert [each.group for each in groups[:3]] == ["small/a", "small/b", "big/a"]


@pytest.mark.parametrize(
    ("requirement", "refused"),
    [
        ("{key: size, operator: Gt, values: ['5']}", False),
        ("{key: size, operator: Gt, values: ['10']}", True),
        ("{key: size, operator: Lt, values: ['11']}", False),
        ("{key: size, operator: Lt, values: ['10']}", True),
        ("{key: size, operator: Exists}", False),
        ("{key: size, operator: DoesNotExist}", True),
        ("{key: size, operator: In, values: ['10', '11']}", False),
        ("{key: size, operator: In, values: ['11']}", True),
        ("{key: size, operator: NotIn, values: ['10']}", True),
        ("{key: size, operator: NotIn, values: ['11']}", False),
        ("{key: size, operator: Gt, values: [x]}", True),
        ("{key: size, operator: Lt}", True),
        ("{key: other, operator: Exists}", True),
        ("{key: other, operator: NotIn, values: ['11']}", False),
    ],
)
def test_operators(tmp_path: Path, requirement: str, refused: bool) -> None:
    bare = CLUSTER.replace("- name: vpc-cni", "- name: kube-proxy")
    bare = bare[: bare.index("- name: big")].replace("pool: cheap", "size: '10'")
    pod = f"""\
    affinity:
      nodeAffinity:
        requiredDuringSchedulingIgnoredDuringExecution:
          nodeSelectorTerms: [{{matchExpressions: [{requirement}]}}]
    """
    texts = documents(bare, daemon_set({}, pod=pod))
    if refused:
        assert "no DaemonSet runs on node group small" in complaint(tmp_path, texts)
    else:
        assert [each.group for each in configured(tmp_path, texts)] == ["small"]


def affinity(*terms: str) -> str:
    listed = ", ".join(f"{{matchExpressions: [{term}]}}" for term in terms)
    required = f"requiredDuringSchedulingIgnoredDuringExecution: {{nodeSelectorTerms: [{listed}]}}"
    return f"affinity: {{nodeAffinity: {{{required}}}}}"


def test_one_of_several_terms_is_enough(tmp_path: Path) -> None:
    bare = CLUSTER.replace("- name: vpc-cni", "- name: kube-proxy")
    terms = [f"{{key: pool, operator: In, values: [{pool}]}}" for pool in ("dear", "cheap")]
    small = bare[: bare.index("- name: big")]
    fits = daemon_set({}, pod=affinity(*terms))
    assert [each.group for each in configured(tmp_path, documents(small, fits))] == ["small"]


def test_a_term_without_types_leaves_them_open(tmp_path: Path) -> None:
    typed = "{key: node.kubernetes.io/instance-type, operator: In, values: [c5.large]}"
    untyped = "{key: kubernetes.io/os, operator: In, values: [linux]}"
    both = daemon_set({}, pod=affinity(typed, untyped))
    assert "aws-node here names no instance type" in complaint(tmp_path, both, types=())
    one = daemon_set({}, pod=affinity(f"{typed}, {untyped}"))
    assert [each.instance_type for each in configured(tmp_path, one)] == ["c5.large"]


@pytest.mark.parametrize(
    ("requirement", "expected"),
    [
        ("{key: size}", "a requirement needs a key and an operator"),
        ("{key: size, operator: Is}", "the operator is 'Is', text; it must be one of In, NotIn"),
        ("{key: size, operator: In, values: [5]}", "a value of a requirement is '5', a number"),
    ],
)
def test_malformed_requirements(tmp_path: Path, requirement: str, expected: str) -> None:
    pod = f"""\
    affinity:
      nodeAffinity:
        requiredDuringSchedulingIgnoredDuringExecution:
          nodeSelectorTerms: [{{matchExpressions: [{requirement}]}}]
    """
    assert expected in complaint(tmp_path, daemon_set({}, pod=pod))


def test_two_sources_of_one_environment(tmp_path: Path) -> None:
    texts = {
        "a DaemonSet": daemon_set({}),
        "values of the chart": "env: {}\n",
        "configuration values of the add-on": CLUSTER,
    }
    for (first, one), (second, other) in combinations(texts.items(), 2):
        message = complaint(tmp_path, one, other)
        assert f": {first}, and {second} at " in message
        assert message.endswith("both set the daemon's environment; give one of the two")
    assert "and those of another at" in complaint(tmp_path, CLUSTER, CLUSTER)


def test_what_eksctl_has_once_is_not_chosen_from_two(tmp_path: Path) -> None:
    """The first add-on had the say, and both groups one name in answers and fingerprints."""
    addon = "- {name: vpc-cni, configurationValues: 'env: {WARM_IP_TARGET: \"%d\"}'}\n"
    head = "kind: ClusterConfig\naddons:\n"
    twice = head + addon % 2 + "- name: vpc-cni\n" + addon % 3
    assert "and those of another at" in complaint(tmp_path, twice)
    group = "- {name: web, instanceType: m5.large}\n"
    groups = f"{head}{addon % 2}managedNodeGroups:\n{group}nodeGroups:\n{group}"
    message = complaint(tmp_path, groups)
    assert "7: a node group web, and another at" in message
    assert message.endswith(":5; eksctl takes a name once")

"""DaemonSets: what Kubernetes makes of a container's variables."""

from pathlib import Path
from textwrap import dedent

import pytest

from ipam_model.manifests.sources import read_files
from ipam_model.settings import Severity
from tests.manifests.reading import complaint, configured, daemons, environment, lines, remarks
from tests.manifests.texts import config_map, daemon_set, documents

ENV = {"ENABLE_IPv4": "true", "WARM_IP_TARGET": "5"}


def test_variables_with_lines(tmp_path: Path) -> None:
    env = environment(tmp_path, daemon_set(ENV))
    assert env.texts == ENV
    assert lines(env) == {"ENABLE_IPv4": 15, "WARM_IP_TARGET": 16}
    column = daemon_set(ENV).splitlines()[14].index('"true"') + 1
    assert env.origins["ENABLE_IPv4"].column == column
    assert not remarks(env)


def test_the_init_container_is_another_process(tmp_path: Path) -> None:
    text = daemon_set(ENV)
    assert "ENABLE_IPv6" in text
    assert "ENABLE_IPv6" not in environment(tmp_path, text).texts


def test_other_containers_are_other_processes(tmp_path: Path) -> None:
    other = "      - name: aws-eks-nodeagent\n        env: [{name: MAX_ENI, value: '1'}]\n"
    assert environment(tmp_path, daemon_set(ENV) + other).texts == ENV


def test_a_renamed_container_is_known_by_its_image(tmp_path: Path) -> None:
    renamed = "- name: cni\n        image: a/amazon-k8s-cni:v1\n"
    text = daemon_set(ENV).replace("- name: aws-node\n", renamed)
    assert environment(tmp_path, text).texts == ENV


def test_what_is_not_set_is_not_shipped(tmp_path: Path) -> None:
    assert environment(tmp_path, daemon_set({})).texts == {}


def test_among_other_documents_and_lists(tmp_path: Path) -> None:
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: s}\n"
    plain = environment(tmp_path, documents("# nothing\n", service, daemon_set(ENV)))
    assert plain.texts == ENV
    items = "\n".join(f"  {line}" for line in daemon_set(ENV).splitlines())
    listed = f"apiVersion: v1\nkind: List\nitems:\n-{items[1:]}\n- {{apiVersion: v1, kind: Pod}}\n"
    assert environment(tmp_path, listed).texts == ENV


def test_line_ends_and_byte_order_mark_do_not_move_lines(tmp_path: Path) -> None:
    text = daemon_set(ENV)
    expected = lines(environment(tmp_path, text))
    assert lines(environment(tmp_path, text.replace("\n", "\r\n"))) == expected
    assert lines(environment(tmp_path, "\ufeff" + text)) == expected


def test_utf16(tmp_path: Path) -> None:
    path = tmp_path / "wide.yaml"
    path.write_bytes(daemon_set(ENV).encode("utf-16"))
    assert read_files([str(path)]).daemons[0].environment.texts == ENV


def test_anchors_and_merge_keys(tmp_path: Path) -> None:
    text = daemon_set({}).replace(
        "          []",
        "          - &one {name: ENABLE_IPv4, value: 'true'}\n"
        "          - {<<: *one, name: ENABLE_POD_ENI}\n"
        "          - *one",
    )
    env = environment(tmp_path, text)
    assert env.texts == {"ENABLE_IPv4": "true", "ENABLE_POD_ENI": "true"}
    assert lines(env) == {"ENABLE_IPv4": 15, "ENABLE_POD_ENI": 15}


def test_the_last_of_two_wins(tmp_path: Path) -> None:
    twice = daemon_set({"WARM_IP_TARGET": "5"}) + "          - {name: WARM_IP_TARGET, value: '6'}\n"
    env = environment(tmp_path, twice)
    assert env.texts == {"WARM_IP_TARGET": "6"}
    (found,) = remarks(env)
    assert "file.yaml:16, and the last one counts" in found
    assert env.remarks[0].diagnostic.severity is Severity.IGNORED
    assert str(env.remarks[0].origin).endswith(":15")


def test_twice_without_a_say_in_addresses_is_not_remarked(tmp_path: Path) -> None:
    twice = daemon_set({"OTHER": "5"}) + "          - {name: OTHER, value: '6'}\n"
    assert not remarks(environment(tmp_path, twice))


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("$(A)", "7"),
        ("x$(A)y", "x7y"),
        ("$$(A)", "$(A)"),
        ("$(LATER)", "$(LATER)"),
        ("$A", "$A"),
        ("$(A", "$(A"),
    ],
)
def test_references_to_variables_before(tmp_path: Path, text: str, expanded: str) -> None:
    env = environment(tmp_path, daemon_set({"A": "7", "B": text, "LATER": "1"}))
    assert env.texts["B"] == expanded


def test_missing_value_is_empty(tmp_path: Path) -> None:
    for value in ("", ", value: ", ", value: null"):
        text = daemon_set({}).replace("[]", f"- {{name: CLUSTER_NAME{value}}}")
        assert environment(tmp_path, text).texts == {"CLUSTER_NAME": ""}


REFERENCE = """\
env:
- name: WARM_IP_TARGET
  valueFrom: {configMapKeyRef: {name: tuning, key: warm}}
"""


def referring(reference: str = REFERENCE) -> str:
    return daemon_set({}).rpartition("        env:\n")[0] + "".join(
        f"        {line}\n" for line in dedent(reference).splitlines()
    )


def test_a_config_map_of_the_same_files_is_looked_up(tmp_path: Path) -> None:
    data = config_map({"warm": "7"})
    for texts in (
        (documents(data, referring()),),
        (documents(referring(), data),),
        (referring(), data),
    ):
        env = environment(tmp_path, *texts)
        assert env.texts == {"WARM_IP_TARGET": "7"}
        assert not remarks(env)
    assert lines(environment(tmp_path, documents(data, referring()))) == {"WARM_IP_TARGET": 5}


def test_null_in_a_config_map_is_empty(tmp_path: Path) -> None:
    data = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: tuning}\ndata: {warm: }\n"
    assert environment(tmp_path, documents(data, referring())).texts == {"WARM_IP_TARGET": ""}


def test_a_config_map_elsewhere_is_unknown(tmp_path: Path) -> None:
    for text in (referring(), documents(config_map({"warm": "7"}, namespace="other"), referring())):
        env = environment(tmp_path, text)
        assert env.texts == {}
        (found,) = remarks(env)
        assert "coerced: the value of WARM_IP_TARGET (from ConfigMap tuning, key warm)" in found
        assert found.endswith("give it with --set WARM_IP_TARGET=VALUE")
        assert not env.remarks_without({"WARM_IP_TARGET"})


def test_a_missing_key_keeps_the_container_from_starting(tmp_path: Path) -> None:
    env = environment(tmp_path, documents(config_map({"other": "7"}), referring()))
    (found,) = env.remarks_without(())
    assert found.diagnostic.severity is Severity.REFUSED
    assert "has no key warm; add it, or make the reference optional" in str(found)
    assert not env.remarks_without({"WARM_IP_TARGET"})
    optional = referring(REFERENCE.replace("key: warm", "key: warm, optional: true"))
    env = environment(tmp_path, documents(config_map({"other": "7"}), optional))
    assert not remarks(env)
    assert env.texts == {}


def test_other_sources_are_unknown_only_where_they_matter(tmp_path: Path) -> None:
    text = """\
    env:
    - {name: MY_NODE_NAME, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
    - {name: MAX_ENI, valueFrom: {secretKeyRef: {name: hidden, key: k}}}
    - {name: WARM_ENI_TARGET, value: "1$(MAX_ENI)"}
    """
    env = environment(tmp_path, referring(text))
    assert env.texts == {}
    first, second = remarks(env)
    assert "MAX_ENI (from secretKeyRef hidden)" in first
    assert "WARM_ENI_TARGET (made from MAX_ENI)" in second


def test_an_unknown_value_that_is_replaced_is_no_longer_unknown(tmp_path: Path) -> None:
    text = """\
    env:
    - {name: MAX_ENI, valueFrom: {secretKeyRef: {name: hidden, key: k}}}
    - {name: MAX_ENI, value: "2"}
    """
    env = environment(tmp_path, referring(text))
    assert env.texts == {"MAX_ENI": "2"}
    (found,) = remarks(env)
    assert "MAX_ENI is set again at file.yaml:16" in found


def test_env_from(tmp_path: Path) -> None:
    text = daemon_set(
        {"MAX_ENI": "3"},
        container="""\
        envFrom:
        - configMapRef: {name: tuning}
        - {prefix: WARM_, configMapRef: {name: targets}}
        - secretRef: {name: hidden}
        - configMapRef: {name: elsewhere}
        """,
    )
    data = documents(
        config_map({"MAX_ENI": "2", "WARM_IP_TARGET": "1"}),
        config_map({"IP_TARGET": "4"}, name="targets"),
        text,
    )
    env = environment(tmp_path, data)
    assert env.texts == {"MAX_ENI": "3", "WARM_IP_TARGET": "4"}
    secret, elsewhere, twice = remarks(env)
    assert "secretRef hidden are not known here" in secret
    assert "give each with --set" in secret
    assert "give the file of the ConfigMap too" in elsewhere
    assert "MAX_ENI is set again" in twice


@pytest.mark.parametrize("value", ["5", "true", "y", "1.5", "{a: b}", "[a]", "!Ref x"])
def test_kubernetes_takes_text_only(tmp_path: Path, value: str) -> None:
    message = complaint(tmp_path, referring(f"env:\n- name: MAX_ENI\n  value: {value}\n"))
    assert message.startswith("file.yaml:16: the value of MAX_ENI is ")
    assert message.endswith("Kubernetes takes text only; put it in quotes")
    data = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: tuning}}\ndata: {{warm: {value}}}\n"
    message = complaint(tmp_path, documents(data, referring()))
    assert message.startswith("file.yaml:4: warm of ConfigMap tuning is ")


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("{value: '5'}", "a variable without name"),
        ("{name: '', value: '5'}", "a variable without name"),
        ("{name: 5, value: '5'}", "name is '5', a number; it must be text"),
        ("A=5", "an item of env is 'A=5', text; it must be a mapping"),
        (
            "{name: A, value: '5', valueFrom: {fieldRef: {fieldPath: x}}}",
            "A has value and valueFrom",
        ),
        ("{name: A, valueFrom: {configMapKeyRef: {name: x}}}", "needs a name and a key"),
        ("{name: A, valueFrom: x}", "valueFrom is 'x', text; it must be a mapping"),
        ("{name: MAX_ENI, value: '{{ .Values.max }}'}", "the value of MAX_ENI is a template"),
    ],
)
def test_malformed_variables(tmp_path: Path, item: str, expected: str) -> None:
    message = complaint(tmp_path, referring(f"env:\n- {item}\n"))
    assert message.startswith("file.yaml:15: ")
    assert expected in message


def test_env_must_be_a_list(tmp_path: Path) -> None:
    message = complaint(tmp_path, referring("env: {A: b}\n"))
    assert message == "file.yaml:14: env is a mapping; it must be a list"


def test_another_kind(tmp_path: Path) -> None:
    message = complaint(tmp_path, daemon_set(ENV).replace("kind: DaemonSet", "kind: Deployment"))
    assert message == (
        "file.yaml:1: the container aws-node is in an object of kind Deployment; "
        "the node agent runs as a DaemonSet: set kind to DaemonSet"
    )


def test_another_daemon_set(tmp_path: Path) -> None:
    text = daemon_set(ENV).replace("- name: aws-node\n", "- name: kube-proxy\n")
    message = complaint(tmp_path, text)
    assert message.startswith("file.yaml:1: a DaemonSet without a container aws-node, and nothing")
    assert daemons(tmp_path, documents(text, daemon_set(ENV)))[0].origin.line == 18


LARGE = 'nodeSelector: {node.kubernetes.io/instance-type: "m5.24xlarge"}'
REST = """\
affinity:
  nodeAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      nodeSelectorTerms:
      - matchExpressions:
        - {key: kubernetes.io/os, operator: In, values: [linux]}
        - {key: node.kubernetes.io/instance-type, operator: In, values: [m5.large, c5.large]}
"""
TWO = documents(
    daemon_set({"WARM_ENI_TARGET": "0"}, name="large", pod=LARGE),
    daemon_set({"WARM_ENI_TARGET": "2"}, name="rest", pod=REST),
)


def test_several_daemon_sets_are_node_groups(tmp_path: Path) -> None:
    found = configured(tmp_path, TWO)
    assert [(each.group, each.instance_type) for each in found] == [
        ("large", "m5.24xlarge"),
        ("rest", "m5.large"),
        ("rest", "c5.large"),
    ]
    assert [each.environment.texts["WARM_ENI_TARGET"] for each in found] == ["0", "2", "2"]
    assert [each.origin.line for each in found] == [1, 18, 18]


def test_a_type_given_finds_its_daemon_set(tmp_path: Path) -> None:
    (found,) = configured(tmp_path, TWO, types=["c5.large"])
    assert (found.group, found.instance_type) == ("rest", "c5.large")
    message = complaint(tmp_path, TWO, types=["t3.small"])
    assert message.startswith("file.yaml:1: the nodeSelector or affinity keeps every DaemonSet off")


def test_labels_of_its_own_do_not_keep_a_daemon_set_off(tmp_path: Path) -> None:
    text = daemon_set(ENV, pod="nodeSelector: {pool: cheap}")
    (found,) = configured(tmp_path, text, types=["m5.large"])
    assert found.instance_type == "m5.large"


def test_node_groups_are_chosen_by_name(tmp_path: Path) -> None:
    (found,) = configured(tmp_path, TWO, chosen=["large"])
    assert found.group == "large"


def test_daemon_sets_of_one_name_are_told_apart(tmp_path: Path) -> None:
    found = configured(tmp_path, documents(daemon_set(ENV), daemon_set(ENV)), types=["m5.large"])
    assert [each.group.rpartition("/")[2] for each in found] == ["file.yaml:1)", "file.yaml:18)"]

"""Values of the chart and of the EKS add-on."""

import json
from pathlib import Path

import pytest

from ipam_model.settings import SHIPPED, Severity, shipped_defaults
from tests.manifests.reading import complaint, environment, lines, remarks
from tests.manifests.texts import config_map

VALUES = """\
image: {tag: v1.23.1}
init:
  env: {ENABLE_IPv6: "true"}
env:
  WARM_IP_TARGET: "5"
  WARM_ENI_TARGET: "2"
"""


def test_values_lie_over_the_charts_defaults(tmp_path: Path) -> None:
    env = environment(tmp_path, VALUES)
    assert env.texts == shipped_defaults() | {"WARM_IP_TARGET": "5", "WARM_ENI_TARGET": "2"}
    assert env.origins["WARM_IP_TARGET"].line == 5
    assert env.origins["WARM_PREFIX_TARGET"] == SHIPPED
    assert not remarks(env)


def test_the_init_container_is_another_process(tmp_path: Path) -> None:
    assert environment(tmp_path, VALUES).texts["ENABLE_IPv6"] == "false"
    only_init = "aws:\n  init:\n    env: {ENABLE_IPv6: 'true'}\n"
    assert "a mapping without env" in complaint(tmp_path, only_init)


@pytest.mark.parametrize("key", ["aws-vpc-cni", "vpcCni", "anything"])
def test_under_the_key_of_a_parent_chart(tmp_path: Path, key: str) -> None:
    inner = "".join(f"  {line}\n" for line in VALUES.splitlines())
    env = environment(tmp_path, f"other:\n  env: {{LOG: debug}}\n{key}:\n{inner}")
    assert env.texts["WARM_IP_TARGET"] == "5"
    assert env.origins["WARM_IP_TARGET"].line == 8


def test_under_the_key_of_a_parent_chart_with_extra_env_alone(tmp_path: Path) -> None:
    other = "a: {extraEnv: [{name: LOG, value: x}, y]}\n"
    env = environment(tmp_path, other + "b: {extraEnv: [{name: MAX_ENI, value: '2'}]}\n")
    assert env.texts["MAX_ENI"] == "2"


def test_two_parts_that_look_alike(tmp_path: Path) -> None:
    text = "a:\n  env: {MAX_ENI: '1'}\nb:\n  env: {MAX_ENI: '2'}\n"
    message = complaint(tmp_path, text)
    assert message.startswith("file.yaml:4: several parts of this file look like values")
    assert "(lines 2 and 4)" in message


def test_later_files_win_without_remark(tmp_path: Path) -> None:
    env = environment(tmp_path, VALUES, "env: {WARM_IP_TARGET: '7'}\n")
    assert env.texts["WARM_IP_TARGET"] == "7"
    assert env.texts["WARM_ENI_TARGET"] == "2"
    assert str(env.origins["WARM_IP_TARGET"]).endswith("file-1.yaml:1")
    assert not remarks(env)


def test_a_later_extra_env_replaces_the_whole_list(tmp_path: Path) -> None:
    first = "extraEnv: [{name: MAX_ENI, value: '4'}, {name: CLUSTER_NAME, value: a}]\n"
    env = environment(tmp_path, first, "extraEnv: [{name: MAX_ENI, value: '5'}]\n")
    assert env.texts == shipped_defaults() | {"MAX_ENI": "5"}
    assert not remarks(env)


def test_extra_env_comes_after_env(tmp_path: Path) -> None:
    extra = (
        "extraEnv:\n"
        "- {name: WARM_IP_TARGET, value: '9'}\n"
        "- {name: MAX_ENI, valueFrom: {configMapKeyRef: {name: tuning, key: m}}}\n"
    )
    env = environment(tmp_path, VALUES + extra, config_map({"m": "4"}, namespace="elsewhere"))
    assert env.texts["WARM_IP_TARGET"] == "9"
    assert env.texts["MAX_ENI"] == "4"
    (found,) = remarks(env)
    assert "WARM_IP_TARGET is set again at file.yaml:8" in found


def test_extra_env_is_not_quoted(tmp_path: Path) -> None:
    message = complaint(tmp_path, "extraEnv:\n- name: MAX_ENI\n  value: 4\n")
    assert message.startswith("file.yaml:3: the value of MAX_ENI is '4', a number, and Kubernetes")


@pytest.mark.parametrize(
    ("written", "text"), [("5", "5"), ("yes", "true"), ("0x10", "16"), ("1.0", "1"), ("-1", "-1")]
)
def test_the_chart_quotes(tmp_path: Path, written: str, text: str) -> None:
    env = environment(tmp_path, f"env:\n  WARM_IP_TARGET: {written}\n")
    assert env.texts["WARM_IP_TARGET"] == text
    (found,) = remarks(env)
    assert found.startswith(f"file.yaml:2: info: WARM_IP_TARGET is '{written}', a ")
    assert f"the chart writes '{text}', an EKS add-on would refuse it" in found


def test_null_takes_a_default_away(tmp_path: Path) -> None:
    env = environment(tmp_path, "env:\n  WARM_ENI_TARGET: null\n")
    assert "WARM_ENI_TARGET" not in env.texts
    (found,) = remarks(env)
    assert "Helm drops the chart's default" in found
    assert env.remarks[0].diagnostic.severity is Severity.INFO


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1000000", "some versions of Helm write with an exponent; put it in quotes"),
        ("{a: b}", "the value of MAX_ENI is a mapping; it must be text"),
        ("[1]", "the value of MAX_ENI is a list; it must be text"),
        ("!Sub x", "of a type of its own; it must be text"),
        ("'{{ .Values.n }}'", "the value of MAX_ENI is a template"),
    ],
)
def test_values_that_are_no_text(tmp_path: Path, value: str, expected: str) -> None:
    message = complaint(tmp_path, f"env:\n  MAX_ENI: {value}\n")
    assert message.startswith("file.yaml:2: ")
    assert expected in message


def test_env_must_be_a_mapping(tmp_path: Path) -> None:
    message = complaint(tmp_path, "env:\n- {name: MAX_ENI, value: '4'}\n")
    assert message.startswith("file.yaml:2: env is a list; the chart takes a mapping")
    assert complaint(tmp_path, "env: x\n") == "file.yaml:1: env is 'x', text; it must be a mapping"


def test_no_env_at_all_is_the_chart_as_shipped(tmp_path: Path) -> None:
    for text in ("env:\n", "env: {}\n", "extraEnv: []\n"):
        assert environment(tmp_path, text).texts == shipped_defaults()


def test_references_to_variables_before(tmp_path: Path) -> None:
    env = environment(tmp_path, "env: {B: $(A), A: '5', 0: $(B), C: $$(A)}\n".replace("0:", "'0':"))
    assert [env.texts[name] for name in "0ABC"] == ["$(B)", "5", "5", "$(A)"]


def test_json(tmp_path: Path) -> None:
    text = json.dumps({"env": {"WARM_IP_TARGET": "5"}}, indent=2)
    assert lines(environment(tmp_path, text))["WARM_IP_TARGET"] == 3


def test_helm_release(tmp_path: Path) -> None:
    head = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nspec:\n  values:\n"
    values = "".join(f"    {line}\n" for line in VALUES.splitlines())
    assert environment(tmp_path, head + values).texts["WARM_IP_TARGET"] == "5"


def addon(values: str) -> str:
    described = {"addon": {"addonName": "vpc-cni", "configurationValues": values}}
    return json.dumps(described, indent=1)


@pytest.mark.parametrize(
    "values", ['{"env": {"WARM_IP_TARGET": "5"}}', "env:\n  WARM_IP_TARGET: '5'\n"]
)
def test_what_eks_says_of_the_addon(tmp_path: Path, values: str) -> None:
    env = environment(tmp_path, addon(values))
    assert env.texts == shipped_defaults() | {"WARM_IP_TARGET": "5"}
    assert env.origins["WARM_IP_TARGET"].line == 4


@pytest.mark.parametrize("value", ["5", "true", "null", "1.5"])
def test_eks_takes_text_only(tmp_path: Path, value: str) -> None:
    message = complaint(tmp_path, addon(f'{{"env": {{"MAX_ENI": {value}}}}}'))
    assert message.startswith("file.yaml:4: the value of MAX_ENI is ")
    assert message.endswith("EKS takes text only in an add-on's configuration; put it in quotes")


def test_configuration_values_must_be_a_mapping(tmp_path: Path) -> None:
    assert "must be a mapping such as env" in complaint(tmp_path, addon("x"))
    assert complaint(tmp_path, addon("{")).startswith("file.yaml:4: not YAML")

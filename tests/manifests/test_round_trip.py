"""Whatever the environment: written in any shape it is read back, each variable with its place."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipam_model.manifests.environment import Environment
from ipam_model.settings import ALLOCATION_VARIABLES, Origin, shipped_defaults
from tests.manifests.reading import environment, remarks
from tests.manifests.texts import (
    CLUSTER,
    config_map,
    daemon_set,
    documents,
    env_mapping,
    quoted,
)

NAMES = st.sampled_from(ALLOCATION_VARIABLES) | st.from_regex(
    r"[A-Z_][A-Z0-9]{0,8}", fullmatch=True
)
LETTERS = st.characters(
    codec="utf-8",
    exclude_categories=["Cs", "Cc", "Cn"],
    exclude_characters="\u2028\u2029\ufeff$",  # line breaks, a mark, and the sign of references
)
LOOKS_LIKE_ANOTHER_KIND = st.sampled_from(["5", "true", "null", "", "~", "- a", "# b", "a: b"])
TEXTS = LOOKS_LIKE_ANOTHER_KIND | st.text(LETTERS, max_size=12).filter(
    lambda text: "{{" not in text
)
ENVS = st.dictionaries(NAMES, TEXTS, max_size=6)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


def written_at(text: str, origin: Origin) -> str:
    """What stands at a place of a text."""
    assert origin.line is not None
    assert origin.column is not None
    return text.split("\n")[origin.line - 1][origin.column - 1 :]


def check(env: Mapping[str, str], found: Environment, text: str, rest: Mapping[str, str]) -> None:
    assert found.texts == {**rest, **env}
    assert not remarks(found)
    for name, value in env.items():
        assert written_at(text, found.origins[name]).startswith(quoted(value))


@given(env=ENVS)
def test_daemon_set(folder: Path, env: dict[str, str]) -> None:
    text = daemon_set(env)
    check(env, environment(folder, text), text, {})


@given(env=ENVS)
def test_chart(folder: Path, env: dict[str, str]) -> None:
    lines = "".join(f"  {line}\n" for line in env_mapping(env).split("\n"))
    text = f"image: x\nenv:\n{lines}"
    check(env, environment(folder, text), text, shipped_defaults())
    parent = "".join(f"  {line}\n" for line in text.split("\n"))
    text = f"a: b\naws-vpc-cni:\n{parent}"
    check(env, environment(folder, text), text, shipped_defaults())


@given(env=ENVS)
def test_addon_of_a_cluster(folder: Path, env: dict[str, str]) -> None:
    lines = "".join(f"      {line}\n" for line in env_mapping(env).split("\n"))
    text = CLUSTER.replace('      WARM_IP_TARGET: "5"\n', lines)
    assert lines in text
    check(env, environment(folder, text), text, shipped_defaults())


@given(env=ENVS)
def test_config_map(folder: Path, env: dict[str, str]) -> None:
    source = "envFrom: [{configMapRef: {name: tuning}}]"
    text = documents(config_map(env), daemon_set({}, container=source))
    check(env, environment(folder, text), text, {})


@given(env=ENVS)
def test_config_map_by_key(folder: Path, env: dict[str, str]) -> None:
    data = {f"key-{place}": value for place, value in enumerate(env.values())}
    items = "".join(
        f"          - name: {quoted(name)}\n"
        f"            valueFrom: {{configMapKeyRef: {{name: tuning, key: key-{place}}}}}\n"
        for place, name in enumerate(env)
    )
    empty = "          []\n"
    text = documents(config_map(data), daemon_set({}).replace(empty, items or empty))
    check(env, environment(folder, text), text, {})

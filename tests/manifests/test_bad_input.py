"""Files that are no configuration: one line each, with file, line and remedy; never a traceback."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from ipam_model.errors import InputError
from ipam_model.manifests.configurations import configurations
from ipam_model.manifests.parse import MOST_DEPTH, Position, parse
from ipam_model.manifests.sources import MOST_BYTES, read_files
from tests.manifests.reading import complaint
from tests.manifests.texts import CLUSTER, KARPENTER, config_map, daemon_set, documents


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "1: empty; it must hold a DaemonSet, values of the chart aws-vpc-cni, or a cluster"),
        ("# only a remark\n", "1: empty;"),
        ("---\n...\n---\n", "1: empty;"),
        ("a: [b\n", "2: not YAML: did not find expected ',' or ']' while parsing a flow sequence"),
        ("a: b\n\tc: d\n", "2: a tab indents this line; YAML is indented with spaces"),
        ("env:\n\tA: b\n", "2: a tab indents this line; YAML is indented with spaces"),
        ("a: b\nc\nd: e\n", "3: not YAML: could not find expected ':' while scanning a simple key"),
        ("{{- if .Values.x }}\na: b\n", "1: not YAML but a template ({{ …); give what `helm templ"),
        ("a: b\n{{ end }}\nc: d\n", "2: not YAML but a template"),
        ("a: '{{ x }}' # {{ y }}\nb: c: d\n", "2: not YAML: mapping values are not allowed"),
        ("env: {{ .Values.env }}\n", "1: a mapping as a key; keys must be text, and a template"),
        ("- a\n- b\n", "1: a list where a mapping belongs; a file must hold a DaemonSet"),
        ("plain words\n", "1: 'plain words', text where a mapping belongs"),
        ("a: b\nc: d\na: e\n", "3: the key 'a' stands in line 1 already; keep one of the two"),
        ("env: {<<: {A: b}, <<: {A: c}}\n", "1: the key '<<' stands in line 1 already"),
        ("a: &x\n  b: *x\n", "2: the alias *x stands within what it names"),
        ("a: &x {<<: *x}\n", "1: the alias *x stands within what it names"),
        ("a: *x\n", "1: the alias *x names no anchor before it"),
        ("&x a: b\n---\nc: *x\n", "3: the alias *x names no anchor before it"),
        ("a:\n  <<: b\n", "2: 'b', text after <<; it takes a mapping or a list of mappings"),
        ("? [a]\n: b\n", "1: a list as a key"),
        ("a: 'b\n", "2: not YAML: found unexpected end of stream while scanning a quoted scalar"),
        ("%YAML 3.0\n---\na: b\n", "1: not YAML: found incompatible YAML document"),
        ("a: \x01\n", "1: the character U+0001 is not allowed in YAML; is this a text file?"),
        ("a: b\r\nc: \ufeff\r\n", "2: the character U+FEFF is not allowed in YAML"),
        ("apiVersion: v1\nkind: Service\n", "1: a Service, and nothing about the daemon; there"),
        ("kind: DaemonSet\n", "1: a DaemonSet without a container aws-node"),
        ("kind: DaemonSet\nspec: x\n", "1: a DaemonSet without a container aws-node"),
        ("kind: List\nitems: [x]\n", "2: 'x', text where a mapping belongs"),
        ("kind: List\nitems: x\n", "2: items is 'x', text; it must be a list"),
        ("kind: ConfigMap\n", "1: a ConfigMap without metadata.name; give it one"),
        ("kind: NodePool\n", "1: an object without metadata.name; give it one"),
        ("kind: NodePool\nmetadata: x\n", "2: 'x', text where a mapping with the key name belongs"),
        ("a: b\n", "1: a mapping without env or extraEnv, and nothing about the daemon"),
        (
            "a: b\n---\nc: d\n",
            "1: a mapping without env or extraEnv and 1 more, and nothing",
        ),
    ],
)
def test_one_line_with_the_place(tmp_path: Path, text: str, expected: str) -> None:
    message = complaint(tmp_path, text)
    assert message.startswith(f"file.yaml:{expected}")


def refusal(file: str) -> str:
    with pytest.raises(InputError) as raised:
        read_files([file])
    return str(raised.value)


ESCAPE = r"a\e[31m\n::error::b"
"""What a terminal would act upon, and the log of a pipeline."""


@pytest.mark.parametrize(
    "text",
    [
        f'kind: ClusterConfig\nmanagedNodeGroups: [{{name: "{ESCAPE}", instanceType: m5.large}}]\n',
        f'kind: "{ESCAPE}"\n',
        f'kind: NodePool\nmetadata: {{name: "{ESCAPE}"}}\n',
        f'env: {{AWS_VPC_X: "1", "{ESCAPE}": "2"}}\n',
        f'extraEnv: [{{name: WARM_IP_TARGET, value: "1"}}, {{name: "{ESCAPE}", value: "2"}}]\n',
        daemon_set({}, name=f'"{ESCAPE}"'),
    ],
)
def test_names_command_no_terminal_and_no_log(tmp_path: Path, text: str) -> None:
    """Whoever sends a change of a manifest does not write into the log of its check."""
    message = complaint(tmp_path, text)
    assert message.isprintable()
    assert "'a\\x1b[31m" in message


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    assert refusal(str(tmp_path)) == f"{tmp_path}: cannot be read: Is a directory; give a file"
    assert "No such file or directory" in refusal(str(tmp_path / "absent"))
    assert "null" in refusal("a\0b")


def test_other_encodings(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes(b"a: b\nc: caf\xe9\n")
    assert refusal(str(path)) == f"{path}:2: the byte 0xe9 is not UTF-8; save the file as UTF-8"
    path.write_bytes(b"\xff\xfea")
    assert "is not UTF-16; save the file as UTF-8" in refusal(str(path))


def test_huge_files_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.yaml"
    with path.open("wb") as stream:
        stream.truncate(100_000_000)
    assert refusal(str(path)).startswith(f"{path}:1: larger than {MOST_BYTES // 10**6} MB; give")
    assert "larger than" in refusal("/dev/zero")


def test_deep_nesting(tmp_path: Path, loader: None) -> None:
    for text in ("[" * 100_000, "- " * 50_000, "{a: " * 50_000):
        assert complaint(tmp_path, text).startswith("file.yaml:1: nested more than 100 deep")
    assert len(list(parse("[" * MOST_DEPTH + "]" * MOST_DEPTH, Position("f")))) == 1
    with pytest.raises(InputError):
        list(parse("[" * (MOST_DEPTH + 1) + "]" * (MOST_DEPTH + 1), Position("f")))


def test_aliases_do_not_grow(tmp_path: Path) -> None:
    laughs = "a0: &a0 [ha]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 100)
    )
    assert complaint(tmp_path, laughs).startswith("file.yaml:1: a mapping without env")
    nested = "a0: &a0 {env: x}\n" + "".join(
        f"a{n}: &a{n} {{{', '.join(f'k{m}: *a{n - 1}' for m in range(9))}}}\n"
        for n in range(1, 100)
    )
    assert complaint(tmp_path, nested).startswith("file.yaml:1: a mapping without env")


def test_merge_keys_do_not_grow(tmp_path: Path) -> None:
    wide = "a0: &a0 {" + ", ".join(f"k{n}: 1" for n in range(1000)) + "}\n"
    bomb = wide + "".join(
        f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}\n" for n in range(1, 100)
    )
    message = complaint(tmp_path, bomb)
    assert "merge keys (<<) copy more than 100000 entries" in message
    much = wide + "".join(f"a{n}: {{<<: *a0}}\n" for n in range(1, 61))
    assert len(list(parse(f"{much}---\n{much}", Position("f")))) == 2


def outcome(folder: Path, data: bytes) -> None:
    """Whatever the bytes are: configurations, or one line."""
    path = folder / "any.yaml"
    path.write_bytes(data)
    try:
        assert configurations(read_files([str(path)]), types=["m5.large"])
    except InputError as error:
        message = str(error)
        assert message.startswith(f"{path}:")
        assert "\n" not in message


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


SEEDS = (
    documents(config_map({"a": "1"}), daemon_set({"MAX_ENI": "3"}, pod="nodeSelector: {a: b}")),
    CLUSTER,
    KARPENTER,
    "env: {A: &a 5, B: *a}\nextraEnv:\n- <<: {name: A}\n  value: |\n    x\n",
    '{"addon": {"addonName": "vpc-cni", "configurationValues": "{\\"env\\": {}}"}}',
)
PIECES = st.sampled_from(
    [
        "\t",
        "\n",
        " ",
        ":",
        "- ",
        "&a ",
        "*a",
        "<<: ",
        "{",
        "}",
        "[",
        "]",
        "'",
        '"',
        "|\n",
        "!!int ",
        "? ",
        "---\n",
        "%",
        "#",
        "\x00",
        "\ufeff",
        "{{ x }}",
        "null",
        "5",
        "env: ",
        "\x85",
        "é",
    ]
)


@pytest.fixture(scope="module", params=["C", "Python"])
def loader(request: pytest.FixtureRequest) -> Iterator[None]:
    """Both parsers of PyYAML, of which an installation may lack the one in C."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "Python":
            patch.setattr("ipam_model.manifests.parse._LOADER", yaml.SafeLoader)
        yield


@given(data=st.binary(max_size=200))
@example(data=b"\xef\xbb\xbf")
@example(data=b"\xfe\xff")
@example(data=b"\xfe\xff\xd8\x00")
def test_any_bytes(folder: Path, loader: None, data: bytes) -> None:
    outcome(folder, data)


@given(data=st.data())
def test_any_damage(folder: Path, loader: None, data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(SEEDS))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 12)))
        text = text[:start] + data.draw(PIECES | st.just("")) + text[end:]
    outcome(folder, text.encode("utf-8"))

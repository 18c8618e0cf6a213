"""Unquoted words: what Kubernetes and Helm take them for."""

import pytest

from ipam_model.manifests.scalars import Kind, integer, quoted_by_helm, resolve


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", Kind.NULL),
        ("~", Kind.NULL),
        ("Null", Kind.NULL),
        ("nULL", Kind.TEXT),
        ("true", Kind.BOOLEAN),
        ("y", Kind.BOOLEAN),
        ("OFF", Kind.BOOLEAN),
        ("oFF", Kind.TEXT),
        ("5", Kind.INTEGER),
        ("-5", Kind.INTEGER),
        ("1_000", Kind.INTEGER),
        ("0x1F", Kind.INTEGER),
        ("0o17", Kind.INTEGER),
        ("017", Kind.INTEGER),
        ("0b101", Kind.INTEGER),
        ("08", Kind.FLOAT),
        ("1.5", Kind.FLOAT),
        ("1e3", Kind.FLOAT),
        (".inf", Kind.FLOAT),
        ("5s", Kind.TEXT),
        ("_5", Kind.TEXT),
        ("1.2.3", Kind.TEXT),
        ("v1", Kind.TEXT),
        ("٣", Kind.TEXT),
    ],
)
def test_kind_of_a_plain_word(text: str, kind: Kind) -> None:
    assert resolve(text, plain=True, tag="") is kind
    assert resolve(text, plain=False, tag="") is Kind.TEXT


def test_tags_decide() -> None:
    assert resolve("5", plain=False, tag="tag:yaml.org,2002:str") is Kind.TEXT
    assert resolve("5", plain=False, tag="tag:yaml.org,2002:int") is Kind.INTEGER
    assert resolve("5", plain=False, tag="!Ref") is Kind.OTHER


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0), ("+7", 7), ("0x1F", 31), ("-0b11", -3), ("010", 8), ("1_0", 10), ("x", None)],
)
def test_integers(text: str, value: int | None) -> None:
    assert integer(text) == value


@pytest.mark.parametrize(
    ("text", "kind", "written"),
    [
        ("yes", Kind.BOOLEAN, "true"),
        ("N", Kind.BOOLEAN, "false"),
        ("0x10", Kind.INTEGER, "16"),
        ("999999", Kind.INTEGER, "999999"),
        ("1000000", Kind.INTEGER, None),
        ("-1000000", Kind.INTEGER, None),
        ("08", Kind.FLOAT, "8"),
        ("1.50", Kind.FLOAT, "1.5"),
        ("0.00001", Kind.FLOAT, None),
        ("1e300", Kind.FLOAT, None),
        (".nan", Kind.FLOAT, None),
    ],
)
def test_what_a_chart_writes(text: str, kind: Kind, written: str | None) -> None:
    assert quoted_by_helm(text, kind) == written

"""The reference pages say what the code says, and every link within them leads somewhere."""

import json
import re
from collections.abc import Mapping
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource

from ipam_model.catalogue import Kind, catalogue
from ipam_model.cli.commands import COMMANDS
from ipam_model.cli.rule_relations import mentioned
from ipam_model.cli.rules import upstream_links
from ipam_model.linting.checks import CHECKS
from ipam_model.theorems.index import theorems
from ipam_model.theorems.theorem import Tier
from tests.shared import ROOT
from tools.reference import api_page, schema_page, verdicts
from tools.reference.__main__ import main
from tools.reference.cli_page import pages as cli_pages
from tools.reference.families import FAMILIES, address, family_of
from tools.reference.markdown import linked
from tools.reference.pages import DOCS, SOURCES, built, out_of_date
from tools.reference.rule_facts import every_rule

LINK = re.compile(r"(?<!\!)\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


@pytest.fixture(scope="module")
def texts() -> Mapping[str, str]:
    return {name: text for source in SOURCES for name, text in built(source).items()}


@pytest.mark.parametrize("source", SOURCES)
def test_pages_are_current(source: str) -> None:
    assert out_of_date(source) == [], "run python -m tools.reference"


def test_a_page_that_is_out_of_date_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(SOURCES, "cli", lambda: {"reference-cli.md": "other"})
    assert main(["cli", "--check"]) == 1
    assert "docs/reference-cli.md is out of date" in capsys.readouterr().out
    assert (DOCS / "reference-cli.md").read_text("utf-8") != "other"


def slug(heading: str) -> str:
    """What repository browsers call a heading in addresses."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def test_every_link_leads_somewhere(texts: Mapping[str, str]) -> None:
    anchors = {name: set(map(slug, HEADING.findall(text))) for name, text in texts.items()}
    lost: set[tuple[str, str]] = set()
    checked = 0
    for name, text in texts.items():
        prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
        for target in LINK.findall(prose):
            page, _, anchor = target.partition("#")
            if page.startswith("https://"):
                continue
            checked += 1
            page = page or name
            if page in anchors:
                found = not anchor or anchor in anchors[page]
            else:
                found = (DOCS / page).resolve().is_file() and not anchor
            if not found:
                lost.add((name, target))
    assert not lost
    assert checked > 2_000


def test_anchors_are_unique(texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        found = [slug(heading) for heading in HEADING.findall(text)]
        assert len(found) == len(set(found)), name


# -- rules -----------------------------------------------------------------------------------------


def test_every_rule_has_an_entry_on_its_page_and_one_in_the_index(texts: Mapping[str, str]) -> None:
    for rule in catalogue().values():
        page = texts[family_of(rule).page]
        assert page.count(f"\n### {rule.id}\n") == 1
        assert f"| [{rule.id}]({address(rule)}) |" in texts["reference-rules.md"]
    assert sum(text.count("\n### ") for name, text in texts.items() if "-rules-" in name) == 236


def test_families_are_those_of_the_catalogue() -> None:
    for family in FAMILIES:
        numbers = [rule.number for rule in catalogue().values() if family.holds(rule)]
        assert set(family.parts) <= set(numbers)


def test_every_formula_shows_its_text() -> None:
    for facts in every_rule():
        assert bool(facts.formulas) == (facts.rule.kind is Kind.FORMULA)
        for _, text in facts.formulas:
            assert text.startswith("def ")
            assert "(k: Logic" in text.replace("\n    ", "")


def test_upstream_is_pinned_to_the_tag() -> None:
    rules = catalogue()
    assert upstream_links(rules["R136"])[0][1] == (
        "https://github.com/aws/amazon-vpc-cni-k8s/blob/v1.23.1/"
        "pkg/ipamd/datastore/data_store.go#L1042-L1093"
    )
    assert "/blob/v1.7.0/" in upstream_links(rules["H4"])[0][1]
    assert not upstream_links(rules["B1"])


def entry(texts: Mapping[str, str], rule_id: str) -> str:
    text = texts[family_of(catalogue()[rule_id]).page]
    return text.partition(f"\n### {rule_id}\n")[2].partition("\n### ")[0]


def test_R136_is_explained(texts: Mapping[str, str]) -> None:
    """Where is it, and why is it so: the question of the front page."""
    text = entry(texts, "R136")
    for item in range(1, 10):
        assert f"**R136.{item}**" in text
    for expected in (
        "**Why:**",
        "blob/v1.23.1/pkg/ipamd/datastore/data_store.go#L1042-L1093",
        "(../ipam_model/rules/shrink.py): `deletable`",
        "def deletable(",
        "evidence: replayed",
        "[R137](reference-rules-shrinking.md#r137)",
        "`warm-prefix-target-still-vetoes`",
        "[eni_deletion_leaves_no_shortage](reference-theorems.md#eni_deletion_leaves_no_shortage)",
        "`young_enis_are_freed`",
        "`left-over-address-makes-an-eni-flap`",
        "`free-young-enis`",
        "I3, I4, I8",
        "ipam-model vectors list --rule R136",
    ):
        assert expected in text, expected


def test_items_that_are_referred_to_exist() -> None:
    """As `R136.5`, `item 7 of R136`, `items d and e of R98`, `R62e`."""
    said = " ".join(f"{each.statement} {each.reason}" for each in catalogue().values())
    said += " ".join(path.read_text("utf-8") for path in (ROOT / "ipam_model").rglob("*.py"))
    found = {(rule, label) for rule, label in re.findall(r"\b(R\d+)\.(\d)\b", said)}
    found |= {(rule, label) for rule, label in re.findall(r"\b(R\d+)([a-f])\b", said)}
    found |= {(rule, label) for label, rule in re.findall(r"\bitems? (\w) of (R\d+)", said)}
    assert ("R136", "7") in found
    assert ("R98", "b") in found
    labels = {rule.id: {item[0] for item in rule.items} for rule in catalogue().values()}
    assert {(rule, label) for rule, label in found if label not in labels[rule]} == set()


def test_reasons_name_theorems_checks_and_rules_that_there_are() -> None:
    reasons = {rule.id: rule.why for rule in catalogue().values() if rule.why}
    assert len(reasons) > 30
    named = {name for why in reasons.values() for name in re.findall("`([^`]+)`", why)}
    assert named <= {*theorems(), *CHECKS}
    assert len(named) > 2
    for rule in catalogue().values():
        assert mentioned(f"{rule.why} {' '.join(rule.items)}") <= set(catalogue()), rule.id


def test_mentions_become_links_but_not_in_code_or_words() -> None:
    assert linked("R5, `R5` and R5c; #14") == (
        "[R5](reference-rules-node.md#r5), `R5` and [R5](reference-rules-node.md#r5)c; "
        "[#14](https://github.com/aws/amazon-vpc-cni-k8s/issues/14)"
    )
    assert linked("XR5 R5x R999") == "XR5 R5x R999"
    assert linked("R87-R94").count("](") == 2
    assert linked("R5 and R4", but="R5").startswith("R5 and [R4]")


# -- theorems --------------------------------------------------------------------------------------


def test_verdicts_are_of_the_theorems_that_there_are() -> None:
    """After a change of a theorem: python -m tools.reference.verdicts."""
    said = verdicts.recorded()
    known = {name: each for name, each in theorems().items() if each.tier is not Tier.CROSS}
    assert set(said) == set(known)
    for name, each in known.items():
        assert said[name]["obligations"] == len(each.obligations)
        assert set(said[name]["mutants"]) == {mutant.name for mutant in each.mutants}
        assert said[name]["verdict"] in ("proved", "proved modulo")


def test_every_theorem_has_an_entry(texts: Mapping[str, str]) -> None:
    text = texts["reference-theorems.md"]
    assert [name for name in theorems() if text.count(f"\n### {name}\n") != 1] == []


# -- command line ----------------------------------------------------------------------------------


def test_every_command_and_every_option_of_bound_is_described() -> None:
    (text,) = cli_pages().values()
    for name in COMMANDS:
        assert f"\n## ipam-model {name}\n" in text
    bound = text.partition("\n## ipam-model bound\n")[2].partition("\n## ")[0]
    for option in ("--instance-type TYPE", "--pods N", "--at-most N", "--set NAME=VALUE", "--json"):
        assert f"`{option}`" in bound
    assert "%(" not in text


# -- Python ----------------------------------------------------------------------------------------


def test_what_the_documentation_imports_is_described() -> None:
    offered = {name for names in api_page.offered().values() for name in names}
    imported = re.compile(r"^\s*from (ipam_model[\w.]*) import (.+)$", re.MULTILINE)
    used = {
        (module, name.strip())
        for path in (ROOT / "README.md", *DOCS.glob("*.md"))
        if "reference-" not in path.name
        for module, names in imported.findall(path.read_text("utf-8"))
        for name in names.split(",")
    }
    assert len(used) > 20
    lacking = {pair for pair in used if pair[1] not in offered}
    assert lacking == INNER


INNER = {
    ("ipam_model.conformance", "datastore_events as events"),
    ("ipam_model.proving.decoding", "decode"),
    ("ipam_model.proving.decoding", "told"),
    ("ipam_model.proving.decoding", "write"),
    ("ipam_model.theorems", "warm_ip"),
}
"""What pages show of the inside, or by another name."""


def test_signatures_are_those_of_the_code(texts: Mapping[str, str]) -> None:
    text = texts["reference-api.md"]
    assert "get(instance_type: str) -> InstanceLimits" in text
    assert "bundled() -> Catalogue\n" in text
    assert "| `CONSTRUCTORS" not in text
    assert "self" not in re.findall(r"^\w+\(([^)]*)\)", text, re.MULTILINE)
    described = text.count("\n#### ")
    assert described == sum(map(len, api_page.offered().values()))


# -- schemas ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("published", schema_page.PUBLISHED, ids=lambda each: each.word)
def test_examples_are_what_the_schema_accepts(published: schema_page.Published) -> None:
    """Judged by another implementation than the readers use."""
    documents = [each.document() for each in schema_page.PUBLISHED]
    registry: Registry[Any] = Registry().with_resources(
        [(each["$id"], Resource.from_contents(each)) for each in documents]
    )
    validator = jsonschema.Draft202012Validator(published.document(), registry=registry)
    examples = schema_page.examples(published.word)
    assert examples
    for example in examples:
        assert [error.message for error in validator.iter_errors(example)] == []
    broken = {**examples[0], "seq": -1, "schema": 7}
    assert list(validator.iter_errors(broken)), "accepts anything"


def test_what_a_part_has_of_another_is_said(texts: Mapping[str, str]) -> None:
    text = texts["reference-schemas.md"]
    node = text.partition("\n### lint: node\n")[2].partition("\n### ")[0]
    assert "\nBeside what [described](#node-described) has:\n\n| field |" in node
    assert "\nThe same as: [described](#node-described).\n" in text
    assert text.count("Beside what ") == 1


def test_every_published_schema_is_described() -> None:
    files = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("ipam_model/**/*.schema.json")}
    assert files == {each.file for each in schema_page.PUBLISHED}
    assert all(json.loads((ROOT / name).read_text("utf-8"))["$id"] for name in files)

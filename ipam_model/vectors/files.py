"""The files of a version: one for each kind of question, and an index of them all.

A file is a JSON object, a *header* that says what it is, and its vectors, one a line. Reading
needs the standard library alone.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.metadata import version as version_of_package
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final, cast

from attrs import frozen

from ipam_model.catalogue import TAG, TAG_V1_7
from ipam_model.config import Version
from ipam_model.errors import InputError
from ipam_model.scenario.schema import NAME as SCENARIO_SCHEMA_FILE
from ipam_model.strict_json import JsonValue
from ipam_model.vectors.states import Json

PACKAGE: Final = "ipam-model"
SCHEMA: Final = "ipam-vectors/1"
SCHEMA_FILE: Final = "vectors-1.schema.json"
OTHER_SCHEMAS: Final = (SCENARIO_SCHEMA_FILE, "datastore-1.schema.json")
"""What the schema refers to."""
README_FILE: Final = "README.md"
INDEX_FILE: Final = "index.json"

MODELS: Final[Mapping[str, str]] = {
    Version.V1_23.value: f"amazon-vpc-cni-k8s {TAG}",
    Version.V1_7.value: f"amazon-vpc-cni-k8s {TAG_V1_7}",
}
"""What is modelled, by the version that there are vectors of."""
NEWEST: Final = Version.V1_23.value

KINDS: Final = ("decision", "step", "datastore")
"""What a vector asks: a formula, the whole daemon, or its data store alone."""
STORE_VERSION: Final = Version.V1_23.value
"""The version whose data store there are vectors of."""

FLAGS: Final[Mapping[str, str]] = {
    "normal": "Nothing special.",
    "boundary": "Two numbers or instants that are compared are equal, or differ by one: an "
    "off-by-one mistake shows here.",
    "regression": "Taken from the scenario of an issue that was reported upstream, or of a finding "
    "about the daemon.",
    "known-upstream-bug": "The real daemon does something else, by what looks like a bug: `post` "
    "is what is intended, `upstream` what it does. An implementation may do either.",
}
RESULTS: Final[Mapping[str, str]] = {
    "must": "There is one right answer.",
    "may": "The daemon leaves something to chance, the order of a map: any of the outcomes in "
    "`post` is right.",
}


@frozen
class Suite:
    """The vectors of a version."""

    version: str
    vectors: tuple[Json, ...]

    @property
    def models(self) -> str:
        """The upstream release that is modelled."""
        return MODELS[self.version]

    def select(
        self,
        *,
        rules: Iterable[str] = (),
        flags: Iterable[str] = (),
        kinds: Iterable[str] = (),
        ids: Iterable[str] = (),
    ) -> tuple[Json, ...]:
        """The vectors with one of each; what is empty is not asked for.

        Raises `InputError` for an id that no vector has.
        """
        wanted, known = set(ids), {str(each["id"]) for each in self.vectors}
        if wanted - known:
            raise InputError(
                f"no vector of {self.version} is called {min(wanted - known)!r}; "
                f"`ipam-model vectors list` shows all {len(known)}"
            )
        some_rules, some_flags, some_kinds = set(rules), set(flags), set(kinds)
        return tuple(
            each
            for each in self.vectors
            if (not some_rules or some_rules & texts(each, "rules"))
            and (not some_flags or some_flags & texts(each, "flags"))
            and (not some_kinds or each["kind"] in some_kinds)
            and (not wanted or each["id"] in wanted)
        )


def texts(vector: Json, key: str) -> set[str]:
    """The elements of a list of texts."""
    return set(cast("list[str]", vector[key]))


# -- shipped -------------------------------------------------------------------------------------


def folder(version: str) -> Traversable:
    """Where the files of a version are; `InputError` if there are none."""
    if version not in MODELS:
        raise InputError(f"there are vectors of {', '.join(MODELS)}, not of {version!r}")
    return files("ipam_model").joinpath("vectors", version)


@cache
def shipped(version: str) -> Mapping[str, str]:
    """The texts of the files of a version, by name."""
    return {
        each.name: each.read_text("utf-8")
        for each in sorted(folder(version).iterdir(), key=lambda each: each.name)
        if each.name.endswith(".json")
    }


@cache
def suite(version: str = NEWEST) -> Suite:
    """The vectors of a version, in the order of the index.

    Raises `InputError` if there are none.
    """
    texts_of = shipped(version)
    index = json.loads(texts_of[INDEX_FILE])
    found: list[Json] = []
    for entry in index["files"]:
        found.extend(json.loads(texts_of[entry["file"]])["vectors"])
    return Suite(version, tuple(found))


def document(name: str) -> str:
    """The schema of vectors, or the description of their format."""
    return files("ipam_model").joinpath("vectors", name).read_text("utf-8")


def schema(name: str) -> str:
    """A schema of the package's other formats."""
    return files("ipam_model").joinpath("data", name).read_text("utf-8")


def copy(version: str, target: Path) -> tuple[Path, ...]:
    """Copy the files of a version with index, schema and description into a folder; the files.

    The folder is made. What else is in it stays, but vectors of another version do not.

    Raises `InputError` if the folder is a file, or has vectors of another version in it.
    """
    contents = {**shipped(version), **{name: schema(name) for name in OTHER_SCHEMAS}}
    contents |= {name: document(name) for name in (SCHEMA_FILE, README_FILE)}
    index = target / INDEX_FILE
    if index.exists() and not _is_index_of(index, version):
        raise InputError(f"{index}: is not the index of vectors of {version}; name another folder")
    if target.exists() and not target.is_dir():
        raise InputError(f"{target}: is not a folder")
    try:
        target.mkdir(parents=True, exist_ok=True)
        for name, text in contents.items():
            (target / name).write_text(text, "utf-8")
    except OSError as error:
        raise InputError(f"{target}: cannot be written: {error.strerror}") from None
    return tuple(target / name for name in sorted(contents))


def _is_index_of(file: Path, version: str) -> bool:
    try:
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and found.get("version") == version


# -- written -------------------------------------------------------------------------------------


def vector_id(name: str, content: JsonValue) -> str:
    """A name that stays as long as the question does."""
    digest = hashlib.sha256(line(content).encode()).hexdigest()
    return f"{name}-{digest[:8]}"


def line(value: JsonValue) -> str:
    """JSON on one line, without spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def header(version: str, kind: str) -> Json:
    """What every file says of itself."""
    return {
        "schema": SCHEMA,
        "kind": kind,
        "version": version,
        "models": MODELS[version],
        "kit": f"ipam-model {version_of_package(PACKAGE)}",
    }


def file_text(head: Json, vectors: Sequence[Json]) -> str:
    """A file of vectors, the same bytes for the same ones."""
    members = [f"  {line(key)}: {_indented(value)}" for key, value in head.items()]
    rows = ",\n".join(map(line, vectors))
    return "{\n" + ",\n".join([*members, f'  "vectors": [\n{rows}\n  ]']) + "\n}\n"


def _indented(value: JsonValue) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2).replace("\n", "\n  ")


def index_text(version: str, contents: Mapping[str, tuple[Json, Sequence[Json]]]) -> str:
    """The index of files, each a header and its vectors."""
    everything = [each for _, vectors in contents.values() for each in vectors]
    rules = Counter(rule for each in everything for rule in texts(each, "rules"))
    flags = Counter(flag for each in everything for flag in texts(each, "flags"))
    index: Json = {
        **header(version, "index"),
        "flags": {**FLAGS},
        "results": {**RESULTS},
        "files": [
            {"file": name, "kind": head["kind"], "vectors": len(vectors)}
            for name, (head, vectors) in contents.items()
        ],
        "vectors": len(everything),
        "vectors_by_flag": {flag: flags[flag] for flag in FLAGS},
        "vectors_by_rule": {rule: rules[rule] for rule in sorted(rules, key=rule_order)},
    }
    return json.dumps(index, ensure_ascii=False, indent=2) + "\n"


def rule_order(rule: str) -> tuple[str, int]:
    """Rules in the order of their numbers, those of v1.23.1 first."""
    return ("" if rule[0] == "R" else rule[0], int(rule[1:]))

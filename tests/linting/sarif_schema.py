"""The essentials of the schema of SARIF 2.1.0 (OASIS), as far as lint writes it.

Objects are closed, so that a misspelt property does not pass.
"""

from typing import Final


def _object(required: list[str], **properties: object) -> dict[str, object]:
    return {
        "type": "object",
        "required": required,
        "properties": properties,
        "additionalProperties": False,
    }


TEXT: Final = {"type": "string", "minLength": 1}
MESSAGE: Final = _object(["text"], text=TEXT)
LEVEL: Final = {"enum": ["none", "note", "warning", "error"]}
FROM_ONE: Final = {"type": "integer", "minimum": 1}
BAG: Final = {"type": "object"}

LOCATION: Final = _object(
    [],
    physicalLocation=_object(
        ["artifactLocation"],
        artifactLocation=_object([], uri={"type": "string", "format": "uri-reference"}),
        region=_object([], startLine=FROM_ONE, startColumn=FROM_ONE),
    ),
    logicalLocations={
        "type": "array",
        "items": _object([], name=TEXT, fullyQualifiedName=TEXT),
        "uniqueItems": True,
    },
)
RULE: Final = _object(
    ["id"],
    id=TEXT,
    shortDescription=MESSAGE,
    fullDescription=MESSAGE,
    help=MESSAGE,
    defaultConfiguration=_object([], level=LEVEL),
    helpUri={"type": "string", "format": "uri"},
    properties=BAG,
)
RESULT: Final = _object(
    ["message"],
    ruleId=TEXT,
    ruleIndex={"type": "integer", "minimum": 0},
    level=LEVEL,
    message=MESSAGE,
    locations={"type": "array", "items": LOCATION},
    partialFingerprints={"type": "object", "additionalProperties": {"type": "string"}},
    properties=BAG,
)
RUN: Final = _object(
    ["tool"],
    tool=_object(
        ["driver"],
        driver=_object(
            ["name"],
            name=TEXT,
            version=TEXT,
            semanticVersion=TEXT,
            rules={"type": "array", "items": RULE, "uniqueItems": True},
        ),
    ),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    results={"type": "array", "items": RESULT},
    invocations={
        "type": "array",
        "items": _object(
            ["executionSuccessful"],
            executionSuccessful={"type": "boolean"},
            toolExecutionNotifications={
                "type": "array",
                "items": _object(["message"], level=LEVEL, message=MESSAGE),
            },
        ),
    },
)
SARIF: Final = _object(
    ["version", "runs"],
    version={"const": "2.1.0"},
    runs={"type": "array", "items": RUN},
    **{"$schema": {"type": "string", "format": "uri"}},
)

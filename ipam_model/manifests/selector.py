"""Which nodes a DaemonSet may run on, as far as a file tells."""

from collections.abc import Mapping
from typing import Final

from attrs import frozen

from ipam_model.errors import InputError
from ipam_model.manifests.scalars import integer
from ipam_model.manifests.tree import (
    Fields,
    Scalar,
    described,
    each_fields,
    each_text,
    get_fields,
    get_items,
    get_text,
)

INSTANCE_TYPE: Final = ("node.kubernetes.io/instance-type", "beta.kubernetes.io/instance-type")
"""Labels that hold the instance type of a node."""

_OTHERS_SET: Final = ("kubernetes.io", "k8s.io", "amazonaws.com", "k8s.aws", "karpenter.sh")
"""Domains of labels that AWS or Kubernetes put on nodes, whether or not a file says so."""


@frozen
class Requirement:
    """What one label of a node must be like."""

    key: str
    operator: str
    values: tuple[Scalar, ...]

    def refuses(self, labels: Mapping[str, str], *, complete: bool) -> bool:
        """Whether a node with these labels is surely refused.

        If they are `complete`, a node has no others but those that AWS or Kubernetes put on it.
        """
        if self.key not in labels:
            domain = self.key.partition("/")[0] if "/" in self.key else ""
            if not complete or domain.endswith(_OTHERS_SET):
                return False
            return self.operator not in ("NotIn", "DoesNotExist")
        held = labels[self.key]
        among = held in [value.text for value in self.values]
        if self.operator in ("Gt", "Lt"):
            mine, theirs = integer(held), integer(self.values[0].text) if self.values else None
            if mine is None or theirs is None:
                return True
            return mine <= theirs if self.operator == "Gt" else mine >= theirs
        return {
            "In": not among,
            "NotIn": among,
            "Exists": False,
            "DoesNotExist": True,
        }[self.operator]


@frozen
class Selector:
    """Which nodes a pod may run on: one of the terms must hold, and all of a term's parts."""

    terms: tuple[tuple[Requirement, ...], ...] = ((),)

    def refuses(self, labels: Mapping[str, str], *, complete: bool) -> bool:
        """Whether a node with these labels is surely refused; `complete` as for a requirement."""
        return all(
            any(part.refuses(labels, complete=complete) for part in term) for term in self.terms
        )

    def instance_types(self) -> tuple[Scalar, ...]:
        """The instance types that are asked for by name, each once; none if any may do."""
        found: dict[str, Scalar] = {}
        for term in self.terms:
            asked = [part for part in term if part.key in INSTANCE_TYPE and part.operator == "In"]
            if not asked:
                return ()
            found |= {value.text: value for value in asked[0].values if value.text not in found}
        return tuple(found.values())


ANY_NODE: Final = Selector()


def read_selector(pod: Fields) -> Selector:
    """The selector in `nodeSelector` and the required node affinity of a pod's spec.

    Raises `InputError` for what Kubernetes would not take.
    """
    wanted = get_fields(pod, "nodeSelector")
    always = tuple(
        Requirement(key, "In", tuple(each_text((entry.value,), f"the label {key}")))
        for key, entry in (() if wanted is None else wanted.by_key.items())
    )
    terms = get_items(
        pod,
        "affinity",
        "nodeAffinity",
        "requiredDuringSchedulingIgnoredDuringExecution",
        "nodeSelectorTerms",
    )
    if not terms:
        return Selector((always,))
    return Selector(
        tuple(
            (*always, *read_requirements(term, "matchExpressions"))
            for term in each_fields(terms, "a node selector term")
        )
    )


def read_requirements(fields: Fields, key: str) -> tuple[Requirement, ...]:
    """The requirements in a list under a key. Raises `InputError` if one is malformed."""
    return tuple(_requirement(each) for each in each_fields(get_items(fields, key), key))


def _requirement(fields: Fields) -> Requirement:
    key, operator = get_text(fields, "key"), get_text(fields, "operator")
    if key is None or operator is None:
        raise InputError(f"{fields.origin}: a requirement needs a key and an operator")
    known = ("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt")
    if operator.text not in known:
        raise InputError(
            f"{operator.origin}: the operator is {described(operator)}; "
            f"it must be one of {', '.join(known)}"
        )
    values = tuple(each_text(get_items(fields, "values"), "a value of a requirement"))
    return Requirement(key.text, operator.text, values)

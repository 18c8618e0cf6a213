"""Suggestions: changes of settings that were tried before they are told."""

from collections.abc import Mapping

from attrs import evolve

from ipam_model.linting.checks import Demonstration, Remedy
from ipam_model.linting.finding import Suggestion
from ipam_model.linting.search import Shown
from ipam_model.linting.subject import Subject
from ipam_model.linting.trial import most_pods_of, shows
from ipam_model.nodes import NodeSetup


def changed(node: NodeSetup, remedy: Remedy) -> NodeSetup:
    """The node with the settings that a remedy proposes."""
    env = {name: text for name, text in {**node.env, **remedy.changes}.items() if text is not None}
    if remedy.max_pods is None:
        return evolve(node, env=env)
    return evolve(node, env=env, max_pods=remedy.max_pods, max_pods_assumed=False)


def as_suggestion(remedy: Remedy) -> Suggestion:
    """A remedy that was found to help."""
    changes: Mapping[str, str | None] = dict(remedy.changes)
    return Suggestion(changes=changes, max_pods=remedy.max_pods)


def helps(remedy: Remedy, subject: Subject, shown: Shown, demonstration: Demonstration) -> bool:
    """Whether the counter-example violates nothing any more with the remedy.

    Max pods helps by keeping the pods of the counter-example away. What a story expects of the
    settings themselves it expects of the new ones.
    """
    limits = shown.subject.node.limits
    after = Subject(node=changed(subject.node, remedy), peak=subject.peak)
    if shown.subject is not subject:
        after = after.resized(limits.max_enis, limits.ipv4_per_eni)
    if most_pods_of(shown.story) > after.scheduled:
        return True
    stories = demonstration.stories(after) if demonstration.restated else [shown.story]
    symptom = demonstration.symptom
    return not any(shows(after.node, story, symptom, in_full=True) for story in stories)

"""Mutants of limits, settings and the start-up gate (R2, R3, R35-R47)."""

from typing import Final

from tools.mutants.mutant import Mutant

MUTANTS: Final = (
    Mutant(
        name="unknown_type_gets_the_default_cards_limit",
        rules=("R2",),
        file="limits.py",
        old="max_enis=whole if instance_wide else enis[default_card],",
        new="max_enis=enis[default_card],",
        why="the interfaces of the whole instance are not taken for a type missing from the table",
    ),
    Mutant(
        name="single_letter_booleans_are_not_read",
        rules=("R35",),
        file="settings/go_text.py",
        old='frozenset({"1", "t", "T", "TRUE", "true", "True"})',
        new='frozenset({"1", "TRUE", "true", "True"})',
        why="`t` and `T` are true to Go",
    ),
    Mutant(
        name="text_that_is_no_boolean_means_false",
        rules=("R35",),
        file="settings/parse.py",
        old="""\
rule="R35",
        )
    )
    return default""",
        new="""\
rule="R35",
        )
    )
    return False""",
        why="other text leaves the default, which may be true",
    ),
    Mutant(
        name="negative_target_is_taken_as_given",
        rules=("R40",),
        file="settings/parse.py",
        old="""\
                rule=rule_id,
            )
        )
        return default
""",
        new="""\
                rule=rule_id,
            )
        )
        return -value
""",
        why="a negative target is as if not set",
    ),
    Mutant(
        name="unset_warm_ip_target_is_one",
        rules=("R40",),
        file="settings/parse.py",
        old='value = target(env, variable, 0, "R40", report)',
        new='value = target(env, variable, 1, "R40", report)',
        why="not set means 0, not in force",
    ),
    Mutant(
        name="starts_without_an_address_family",
        rules=("R43",),
        file="settings/start.py",
        old="elif not settings.ipv4 and not settings.ipv6:",
        new="elif settings.ipv4 and settings.ipv6:",
        why="exactly one family must be on; none passes",
    ),
    Mutant(
        name="starts_with_both_address_families",
        rules=("R43",),
        file="settings/start.py",
        old="""\
if settings.ipv4 and settings.ipv6:
        yield _refusal(""",
        new="""\
if settings.multi_nic and settings.ipv4 and settings.ipv6:
        yield _refusal(""",
        why="exactly one family must be on; both pass",
    ),
    Mutant(
        name="ipv6_starts_without_the_prefix_flag",
        rules=("R44",),
        file="settings/start.py",
        old="if settings.ipv6 and not settings.prefix_delegation:",
        new="if settings.ipv6 and not settings.prefix_delegation and settings.ipv4:",
        why="IPv6 needs the prefix flag",
    ),
    Mutant(
        name="ipv6_starts_with_custom_networking",
        rules=("R44",),
        file="settings/start.py",
        old="if settings.ipv6 and settings.custom_networking:",
        new="if settings.ipv6 and settings.custom_networking and settings.ipv4:",
        why="IPv6 and custom networking exclude each other",
    ),
    Mutant(
        name="xen_type_refuses_ipv4_prefixes",
        rules=("R45",),
        file="settings/start.py",
        old='''\
    if settings.ipv6:
        yield _refusal(
            "ipv6-on-unsupported-instance"''',
        new='''\
    if settings.ipv4:
        yield _refusal(
            "ipv6-on-unsupported-instance"''',
        why="only IPv6 is refused, IPv4 falls back to single addresses",
    ),
    Mutant(
        name="xen_type_works_with_prefixes",
        rules=("R45",),
        file="settings/start.py",
        old="if settings.prefix_delegation and nitro_or_bare_metal:",
        new="if settings.prefix_delegation:",
        why="the prefix flag has no effect in IPv4 on types that cannot delegate prefixes",
    ),
    Mutant(
        name="gate_refuses_a_cooldown_of_zero",
        rules=("R47",),
        file="settings/start.py",
        old="if isinstance(seconds, NotAnInteger) or seconds < 0:",
        new="if isinstance(seconds, NotAnInteger) or seconds <= 0:",
        why="0 passes the entry point",
    ),
    Mutant(
        name="gate_compares_the_prefix_targets_as_numbers",
        rules=("R47",),
        file="settings/start.py",
        old='if all(text <= "0" for text in texts.values()):',
        new="if all(not text.isdigit() or int(text) <= 0 for text in texts.values()):",
        why='the targets are compared as text, so that "00" passes',
    ),
)

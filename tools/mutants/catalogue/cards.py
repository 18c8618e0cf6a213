"""Mutants of several network cards and of branch ENIs (R8-R10, R49, R63, R94, R119, R121, R191)."""

from typing import Final

from tools.mutants.mutant import Mutant

MUTANTS: Final = (
    Mutant(
        name="empty_cards_are_left_alone",
        rules=("R8",),
        file="rules/eligibility.py",
        old="k.any(k.no(has_efa_only), has_other_managed), first_card)",
        new="k.any(first_card, has_other_managed), first_card)",
        why="a card without any ENI is managed, too",
    ),
    Mutant(
        name="card_with_an_efa_only_eni_is_managed",
        rules=("R8",),
        file="rules/eligibility.py",
        old="k.any(k.no(has_efa_only), has_other_managed), first_card)",
        new="k.any(k.no(first_card), first_card), first_card)",
        why="a card with an EFA-only ENI and no other managed one is left alone",
    ),
    Mutant(
        name="card_with_an_efa_only_eni_is_left_alone_whatever_else_it_carries",
        rules=("R8",),
        file="rules/eligibility.py",
        old="k.any(k.no(has_efa_only), has_other_managed), first_card)",
        new="k.no(has_efa_only), first_card)",
        why="another managed ENI makes the card managed",
    ),
    Mutant(
        name="unmanaged_eni_makes_its_card_managed",
        rules=("R8",),
        file="daemon/setup.py",
        old="bool(on_card - efa_only - node.unmanaged),",
        new="bool(on_card - efa_only),",
        why="only an ENI that is itself managed makes up for an EFA-only one",
    ),
    Mutant(
        name="all_cards_are_managed_without_multi_nic",
        rules=("R8", "R9"),
        file="rules/eligibility.py",
        old="return k.choose(multi_nic, k.any(",
        new="return k.choose(k.any(multi_nic, k.no(multi_nic)), k.any(",
        why="without ENABLE_MULTI_NIC only card 0 is managed",
    ),
    Mutant(
        name="unmanaged_cards_have_stores",
        rules=("R9", "R8"),
        file="daemon/init.py",
        old="cards = (card for card in range(config.cards) if card not in node.unmanaged_cards)",
        new="cards = range(config.cards)",
        why="only managed cards have a store",
    ),
    Mutant(
        name="only_card_0_has_a_store",
        rules=("R49", "R9"),
        file="daemon/init.py",
        old="cards = (card for card in range(config.cards) if card not in node.unmanaged_cards)",
        new="cards = range(1)",
        why="every managed card has a store of its own",
    ),
    Mutant(
        name="only_card_0_is_updated",
        rules=("R49",),
        file="daemon/pool.py",
        old="    remaining = tuple(decisions)\n",
        new="    remaining = (0,)\n",
        why="every pass of the loop treats the cards one by one",
    ),
    Mutant(
        name="update_visits_the_cards_in_ascending_order",
        rules=("R191",),
        file="daemon/pool.py",
        old="""\
            card, node, now = yield from choose(node, OneOf(remaining), "R191", live=(scaled,))
""",
        new="""\
            card, node, now = yield from choose(
                node, OneOf(remaining[:1]), "R191", live=(scaled,)
            )
""",
        why="the update visits the cards in any order",
    ),
    Mutant(
        name="init_grows_the_cards_in_ascending_order",
        rules=("R191", "R66"),
        file="daemon/init.py",
        old='card, node, now = yield from choose(node, OneOf(low), "R191")',
        new='card, node, now = yield from choose(node, OneOf(low[:1]), "R191")',
        why="the first growth visits the cards in any order",
    ),
    Mutant(
        name="enis_on_unmanaged_cards_are_counted",
        rules=("R10",),
        file="daemon/setup.py",
        old="""\
        if not own_card and eni.id not in node.unmanaged:
            continue
        if eni.id in node.unmanaged or eni.id in node.efa_only:
""",
        new="""\
        if not own_card or eni.id in node.unmanaged or eni.id in node.efa_only:
""",
        why="an ENI on an unmanaged card is dropped without being counted",
    ),
    Mutant(
        name="enis_on_unmanaged_cards_are_managed",
        rules=("R10",),
        file="daemon/setup.py",
        old="own_card = eni.card not in node.unmanaged_cards",
        new="own_card = True",
        why="an ENI on an unmanaged card is dropped",
    ),
    Mutant(
        name="unmanaged_enis_on_unmanaged_cards_are_not_counted",
        rules=("R10",),
        file="daemon/setup.py",
        old="if not own_card and eni.id not in node.unmanaged:",
        new="if not own_card:",
        why="an unmanaged ENI counts on whatever card it is",
    ),
    Mutant(
        name="efa_only_eni_is_managed",
        rules=("R10",),
        file="daemon/setup.py",
        old="if eni.id in node.unmanaged or eni.id in node.efa_only:",
        new="if eni.id in node.unmanaged:",
        why="an EFA-only ENI is dropped, and takes a slot of its card",
    ),
    Mutant(
        name="reconcile_learns_of_efa_only_enis",
        rules=("R10",),
        file="daemon/setup.py",
        old="    return evolve(node, unmanaged_cards=unmanaged)\n",
        new="    return evolve(node, unmanaged_cards=unmanaged, efa_only=described.efa_only)\n",
        why="EFA-only ENIs are recorded at init only",
    ),
    Mutant(
        name="excluded_enis_of_every_card_are_cleaned",
        rules=("R63",),
        file="daemon/cleanup.py",
        old="node.stores[:1] if config.quirk(Quirk.FIRST_CARD_CLEANED) else node.stores",
        new="node.stores",
        why="the clean-up reaches card 0 only",
    ),
    Mutant(
        name="last_store_is_told_by_its_place",
        rules=("R121", "R125"),
        file="daemon/pods.py",
        old="if config.quirk(Quirk.LAST_BY_NUMBER):",
        new="if not config.quirk(Quirk.LAST_BY_NUMBER):",
        why="the card's number is compared with the number of stores",
    ),
    Mutant(
        name="repeated_add_finds_the_pod_on_any_card",
        rules=("R121",),
        file="daemon/pods.py",
        old="pod.interfaces > 1 or config.quirk(Quirk.REPEATED_ADD_AGAIN):",
        new="pod.interfaces > 1 or not config.quirk(Quirk.REPEATED_ADD_AGAIN):",
        why="the key is looked for store by store",
    ),
    Mutant(
        name="pods_are_served_from_the_last_card_first",
        rules=("R121", "R191"),
        file="daemon/pods.py",
        old="cards = tuple([store.card for store in node.stores])",
        new="cards = tuple([store.card for store in reversed(node.stores)])",
        why="the stores are asked in ascending order",
    ),
    Mutant(
        name="refused_pod_gives_its_addresses_back",
        rules=("R121",),
        file="daemon/pods.py",
        old="            return got, node, now\n    return given, node, now\n",
        new="""\
            for each in (store.card for store in node.stores):
                if given and pod.key in node.store(each).holdings:
                    _, node, now = yield from unassign(node, now, each, pod.key)
            return got, node, now
    return given, node, now
""",
        why="a partly served pod keeps what it got until DEL",
    ),
    Mutant(
        name="branch_pods_take_an_address_of_the_pool",
        rules=("R119",),
        file="daemon/pods.py",
        old="    if not pod.wants_branch_eni:\n",
        new="    if pod.wants_branch_eni or not pod.wants_branch_eni:\n",
        why="the address comes from the annotation",
    ),
    Mutant(
        name="branch_pods_need_no_trunk",
        rules=("R119",),
        file="daemon/pods.py",
        old="    if not node.store(0).trunk():\n",
        new="    if not node.stores:\n",
        why="without a trunk ENI in the store the pod is refused",
    ),
    Mutant(
        name="branch_pods_wait_for_no_annotation",
        rules=("R119",),
        file="daemon/pods.py",
        old="""\
    if pod.branch_address is None:
        return NO_BRANCH_ENI, node, now
""",
        new="""\
    if pod.branch_address is None:
        return None, node, now
""",
        why="without annotation the pod is refused",
    ),
    Mutant(
        name="pod_without_object_uses_the_pool",
        rules=("R119",),
        file="daemon/pods.py",
        old="        return pod.code if pod is not None else NO_POD_OBJECT, node, now\n",
        new="        return pod.code if pod is not None else None, node, now\n",
        why="a pod whose object cannot be read is refused",
    ),
    Mutant(
        name="missing_trunk_link_is_ignored",
        rules=("R119",),
        file="daemon/pods.py",
        old="""\
    if isinstance(linked, Failed):
        return linked.code, node, now
""",
        new="",
        why="without the trunk's link the pod is refused",
    ),
    Mutant(
        name="branch_pod_is_unknown_to_delete",
        rules=("R125", "R119"),
        file="daemon/pods.py",
        old="""\
    return PodReply(True, (Given(pod.branch_address, NO_DEVICE),)), node, now
""",
        new="""\
    return None, node, now
""",
        why="the annotation answers DEL",
    ),
    Mutant(
        name="delete_asks_whether_the_pod_wants_its_branch_eni",
        rules=("R125",),
        file="daemon/pods.py",
        old="""\
    if pod.branch_address is None:
        return None, node, now
""",
        new="""\
    if pod.branch_address is None or not pod.wants_branch_eni:
        return None, node, now
""",
        why="the annotation answers DEL, also of a pod that wants no branch ENI",
    ),
    Mutant(
        name="unusable_annotation_counts_as_none_at_delete",
        rules=("R125",),
        file="daemon/pods.py",
        old="        return PodReply(False, (), UNUSABLE_BRANCH_ENI), node, now\n",
        new="        return None, node, now\n",
        why="an unusable annotation fails DEL",
    ),
    Mutant(
        name="delete_believes_an_object_of_another_uid",
        rules=("R125",),
        file="daemon/pods.py",
        old="    if compare_uid and not pod.same_uid:\n",
        new="    if compare_uid is None:\n",
        why="an object of another UID fails DEL",
    ),
    Mutant(
        name="add_compares_the_uid",
        rules=("R119",),
        file="daemon/pods.py",
        old="    if not pod.wants_branch_eni:\n",
        new="    if not (pod.wants_branch_eni and pod.same_uid):\n",
        why="ADD serves by an object of whatever UID",
    ),
    Mutant(
        name="trunk_on_any_card_is_enough",
        rules=("R119",),
        file="daemon/pods.py",
        old="    if not node.store(0).trunk():\n",
        new="    if not any(store.trunk() for store in node.stores):\n",
        why="card 0 must have the trunk ENI",
    ),
    Mutant(
        name="device_numbers_run_through_all_cards",
        rules=("R106",),
        file="aws_layer.py",
        old="on_card = [each for each in ec2.enis if each.card == eni.card]",
        new="on_card = list(ec2.enis)",
        why="device numbers are those of the card",
    ),
    Mutant(
        name="ec2_confirms_the_lists_of_all_cards",
        rules=("R149",),
        file="daemon/reconcile.py",
        old="""\
            confirmed, node = managed_enis(classify(config, node, described), described.enis)
            on_card = [eni for eni in confirmed if eni.card == card]
""",
        new="""\
            attached, node = managed_enis(classify(config, node, described), described.enis)
            on_card = [eni for eni in attached if eni.card == card]
""",
        why="only the card with an unknown ENI uses what EC2 confirms",
        tests=("tests/rules/test_cards.py",),
    ),
    Mutant(
        name="reconcile_does_not_classify_the_cards",
        rules=("R8", "R149"),
        file="daemon/setup.py",
        old="""\
    return classify_cards(config, classify_enis(config, node, described), described)
""",
        new="""\
    known = classify_enis(config, node, described)
    return known if node.stores else classify_cards(config, known, described)
""",
        why="the cards are classified anew whenever the ENIs are",
        tests=("tests/rules/test_cards.py",),
    ),
    Mutant(
        name="warm_prefixes_keep_no_eni_on_other_cards",
        rules=("R136", "R39"),
        file="daemon/measure.py",
        old="""\
        config.settings.warm_prefix_target,
        config.prefix_mode,
        others.available,
""",
        new="""\
        config.settings.warm_prefix_target if store.card == 0 else 0,
        config.prefix_mode,
        others.available,
""",
        why="Wp is that of the environment on every card",
        tests=("tests/rules/test_shrink.py",),
    ),
    Mutant(
        name="shortage_on_another_card_starts_no_back_off",
        rules=("R96",),
        file="daemon/growth.py",
        old="            return None, evolve(node, last_insufficient=now), now\n",
        new="""\
            return None, evolve(node, last_insufficient=None if card else now), now
""",
        why="the back-off is one for all cards",
        tests=("tests/rules/test_cards.py",),
    ),
    Mutant(
        name="only_card_0_must_not_be_empty_at_init",
        rules=("R66",),
        file="daemon/init.py",
        old="totals(node.store(card)).total == 0:",
        new="totals(node.store(0)).total == 0:",
        why="the pool of the card that grew must not be empty",
        tests=("tests/rules/test_cards.py",),
    ),
    Mutant(
        name="trunk_on_any_card_ends_the_wait",
        rules=("R146", "R48"),
        file="daemon/measure.py",
        old="return config.settings.pod_eni and not node.store(0).trunk()",
        new="return config.settings.pod_eni and not any(each.trunk() for each in node.stores)",
        why="the trunk ENI that is waited for is one of card 0",
        tests=("tests/rules/test_cards.py",),
    ),
)

"""What follows from formulas and steps; a test holds it up, `reason` says from which rules.

Upstream issues are given as `#n`; "was" marks a defect that this version no longer has.
"""

from ipam_model.catalogue import Kind, Label, note

note(
    "R37",
    Kind.CONSEQUENCE,
    "In secondary-address mode WARM_IP_TARGET and MINIMUM_IP_TARGET, if either is not zero, "
    "decide growth, shrink and ENI deletion, and WARM_ENI_TARGET is not read; else it decides.",
    source="ipamd:1488-1513, ipamd:2623-2676",
    label=Label.DOCUMENTED,
    reason="follows from R36, R79, R131 and R133",
)
note(
    "R38",
    Kind.CONSEQUENCE,
    "In prefix mode the address targets, if either is not zero, replace WARM_PREFIX_TARGET for "
    "growth and release, but not for ENI deletion; WARM_ENI_TARGET is never read.",
    source="ipamd:2625-2631, ipamd:1500-1502, ds:1024-1040",
    reason="follows from R79, R131, R133 and item 7 of R136; users expect otherwise (#3685)",
)
note(
    "R67",
    Kind.CONSEQUENCE,
    "After init at most one growth step per card has been taken; further ENIs come in later ticks.",
    source="ipamd:674-693",
    reason="follows from R66 and R97",
)
note(
    "R74",
    Kind.CONSEQUENCE,
    "One tick may both grow or release CIDRs and delete an ENI of the same card.",
    source="ipamd:803-815",
    reason="follows from R72: the wish for fewer ENIs is tested apart from low and high",
)
note(
    "R75",
    Kind.CONSEQUENCE,
    "The last decrease is one clock for all cards: no card releases CIDRs until it is more than "
    "30 s old, which with ticks every 5 s means every 35 s.",
    source="ipamd:817-834",
    reason="follows from R19, R69, R72 and R143",
)
note(
    "R76",
    Kind.CONSEQUENCE,
    "A tick that finds the pool too high and the last decrease more than 30 s ago sets the last "
    "pool action even if nothing could be released, so reconcile waits another 60 s.",
    source="ipamd:808-822",
    reason="follows from R72 and R146",
)
note(
    "R77",
    Kind.CONSEQUENCE,
    "A tick creates at most one ENI and deletes at most one ENI per card.",
    source="ipamd:803-815",
    reason="follows from R72, R97 and R134",
)
note(
    "R78",
    Kind.CONSEQUENCE,
    "With DISABLE_NETWORK_RESOURCE_PROVISIONING the pool update never runs.",
    source="ipamd:787-790",
    reason="follows from R52 and R69",
)
note(
    "R80",
    Kind.CONSEQUENCE,
    "Max pods stops growth once T >= P but does not limit what a step asks for: the last step may "
    "overshoot P by almost a whole ENI, or by the prefixes it asks for.",
    source="ipamd:2636-2640",
    reason="follows from R79, R98, R99 and R107; reported in #2793",
)
note(
    "R83",
    Kind.CONSEQUENCE,
    "With WARM_ENI_TARGET >= 1 attaching and deleting do not alternate: after an attach "
    "V < (We + 1)·M, after a deletion V >= We·M.",
    source="ipamd:2649, ipamd:1498-1504",
    reason="follows from R79 and R133",
)
note(
    "R85",
    Kind.CONSEQUENCE,
    "Addresses on the primary, trunk and EFA ENIs count as available, those on excluded ENIs "
    "do not.",
    source="ds:916-946",
    reason="follows from R28",
)
note(
    "R90",
    Kind.CONSEQUENCE,
    "s0 counts missing and o0 surplus addresses; where V >= Wi and T >= m nothing is missing.",
    source="ipamd:2197-2207",
    reason="follows from R87 and R88",
)
note(
    "R97",
    Kind.CONSEQUENCE,
    "A growth step extends one existing ENI or creates one ENI, never both, so a target may take "
    "several ticks to reach.",
    source="ipamd:983-1007",
    reason="follows from R96, R98 and R99",
)
note(
    "R100",
    Kind.CONSEQUENCE,
    "Extending an ENI fails, and so aborts init, when both attempts on one ENI fail with another "
    "code than insufficient addresses or limit exceeded, or when the ENI cannot be read from EC2 "
    "after limit exceeded; insufficient addresses with discovery off are returned but only start "
    "the back-off.",
    source="ipamd:1136-1157, ipamd:1226-1248, ipamd:984-991",
    reason="follows from R96, R98 and R99",
)
note(
    "R115",
    Kind.CONSEQUENCE,
    "Pods are neither packed nor balanced: they may spread over ENIs and prefixes in any way.",
    source="ds:782-860",
    reason="follows from R112 and R196",
)
note(
    "R123",
    Kind.CONSEQUENCE,
    "An ADD that fails after the assignment, because the VPC's CIDRs cannot be read or the pod "
    "cannot be annotated, is refused but keeps its address until DEL.",
    source="rpc:263-312",
    reason="follows from R114: nothing later undoes it; those later calls are not modelled",
)
note(
    "R129",
    Kind.CONSEQUENCE,
    "Releasing CIDRs and deleting ENIs are independent of each other.",
    source="ipamd:806-814",
    reason="follows from R72",
)
note(
    "R130",
    Kind.CONSEQUENCE,
    "In secondary-address mode without WARM_IP_TARGET and MINIMUM_IP_TARGET single addresses are "
    "never released, only whole ENIs go.",
    source="ipamd:2659-2676",
    reason="follows from R131",
)
note(
    "R132",
    Kind.CONSEQUENCE,
    "With WARM_PREFIX_TARGET=0 and no address target any prefix without pods makes the pool too "
    "high.",
    source="ipamd:2667-2673",
    reason="follows from R131",
)
note(
    "R140",
    Kind.CONSEQUENCE,
    "Release does not consolidate: the survivors may be spread so that several ENIs keep a few "
    "addresses each and none can be deleted.",
    source="ipamd:899-939",
    reason="follows from R136, R138 and R190",
)
note(
    "R142",
    Kind.CONSEQUENCE,
    "One release pass removes all surplus: without races it leaves exactly max(A + Wi, m) "
    "addresses in secondary-address mode.",
    source="ipamd:892-941",
    reason="follows from R88, R91 and R138",
)
note(
    "R145",
    Kind.CONSEQUENCE,
    "After shrinking to p pods in secondary-address mode T = max(p + Wi, m) if Wi >= 1; with "
    "We >= 1 alone k = max(1, min(K, We + ceil(p/M))) ENIs remain, or more if every secondary ENI "
    "carries a pod.",
    source="ipamd:2197-2207, ipamd:1498-1504",
    reason="follows from R88, R133, R136 and R142",
)
note(
    "R157",
    Kind.CONSEQUENCE,
    "If the primary address of an ENI in the store were not remembered, reconcile would add it as "
    "a pod address; it always is remembered.",
    source="ipamd:1804-1807",
    reason="follows from item 3 of R58 and from R154; was #3753",
)
note(
    "R159",
    Kind.CONSEQUENCE,
    "Changed tags of a managed ENI are noticed only when an unknown ENI makes reconcile describe "
    "all ENIs, or at a restart.",
    source="ipamd:1608-1643",
    reason="follows from R7 and R149",
)
note(
    "R160",
    Kind.CONSEQUENCE,
    "Changed tags of a subnet reach an ENI only when it is set up, so after creation or restart.",
    source="ipamd:1295-1300",
    reason="follows from R13 and R58",
)
note(
    "R161",
    Kind.CONSEQUENCE,
    "Addresses, prefixes and ENIs that others add are adopted by reconcile and from then on grown "
    "and released like ipamd's own.",
    source="ipamd:1672-1681, ipamd:1851-1863",
    reason="follows from R150 and R155",
)
note(
    "R163",
    Kind.CONSEQUENCE,
    "A failed request for several addresses is repeated at once for one, and one counts as "
    "growth: an almost empty subnet gives one address per tick at two calls per tick.",
    source="ipamd:1135-1140, ipamd:1225-1230",
    reason="follows from item b of R98 and from R99",
)
note(
    "R164",
    Kind.CONSEQUENCE,
    "With subnet discovery, insufficient addresses on both attempts lead to the next candidate "
    "ENI, then to a new ENI in any valid subnet, and only if that fails likewise to the 120 s "
    "back-off.",
    source="ipamd:1142-1144, ipamd:995-1002, ipamd:1076-1080",
    reason="follows from R96, R98, R99 and R101",
)
note(
    "R165",
    Kind.CONSEQUENCE,
    "Without subnet discovery, insufficient addresses on both attempts start the 120 s back-off "
    "at once, and no new ENI is tried.",
    source="ipamd:1142-1145, ipamd:984-989",
    reason="follows from item 4 of R96 and item c of R98",
)
note(
    "R167",
    Kind.CONSEQUENCE,
    "PrivateIpAddressLimitExceeded brings the store in line with EC2's list of that ENI and "
    "counts as growth.",
    source="ipamd:1149-1157, ipamd:1239-1248",
    reason="follows from items d and e of R98 and from R99; was #989",
)
note(
    "R168",
    Kind.CONSEQUENCE,
    "A failed CreateNetworkInterface tries the next subnet; once all failed, an insufficient code "
    "starts the 120 s back-off and any other is retried in every tick.",
    source="aws:1174-1202, ipamd:1072-1082",
    reason="follows from R96, R101 and R103",
)
note(
    "R171",
    Kind.CONSEQUENCE,
    "A new ENI that IMDS does not show in time stays attached outside the store; the next due "
    "reconcile adopts it.",
    source="ipamd:1084-1089",
    reason="follows from item 4 of R101 and from R149 and R150",
)
note(
    "R172",
    Kind.CONSEQUENCE,
    "CIDRs whose release EC2 refused are gone from the store; reconcile takes them back from 60 s "
    "later, they are surplus again, and the release is retried about every 65 s.",
    source="ipamd:2704-2710",
    reason="follows from R20, R138, R141, R152, R154 and R155",
)
note(
    "R174",
    Kind.CONSEQUENCE,
    "An ENI whose host networking fails leaves the store, stays attached in EC2 and is set up "
    "anew by the next reconcile.",
    source="ipamd:1319-1328",
    reason="follows from item 6 of R58 and from R150",
)
note(
    "R175",
    Kind.CONSEQUENCE,
    "An ENI that cannot be tagged aborts init, while reconcile leaves it out this time.",
    source="ipamd:530-534, ipamd:1664-1670",
    reason="follows from R57 and R150",
)
note(
    "R176",
    Kind.CONSEQUENCE,
    "In custom networking without readable ENIConfig no ENI is created, silently in every tick; "
    "at init an empty pool then aborts.",
    source="ipamd:1054-1059, ipamd:684-689",
    reason="follows from R66, R96 and R101",
)
note(
    "R177",
    Kind.CONSEQUENCE,
    "An ENI that cannot be detached is out of the store but still attached; the next due "
    "reconcile adopts it with age 0, and 60 s later it may be deleted again.",
    source="ipamd:872-881",
    reason="follows from R11, R135, R136, R150 and R182",
)
note(
    "R179",
    Kind.CONSEQUENCE,
    "If the checkpoint cannot be written, an ADD or DEL is rolled back and refused; forced "
    "removals and clean-ups only log it.",
    source="ds:840-849, ds:1263-1267, ds:1205-1208, ds:1829-1832",
    reason="follows from R23, R61, R114, R124 and R127",
)
note(
    "R181",
    Kind.CONSEQUENCE,
    "A node object that cannot be read counts as schedulable, so growth and ENI deletion go on.",
    source="ipamd:2264-2268",
    reason="follows from R51",
)
note(
    "R185",
    Kind.CONSEQUENCE,
    "A failed growth step leaves the last pool action alone; a release pass always sets it, "
    "whether anything was released or not.",
    source="ipamd:984-1002, ipamd:817-822",
    reason="follows from R72 and R96",
)
note(
    "R186",
    Kind.CONSEQUENCE,
    "While the loop waits for an EC2 call nothing grows, shrinks or is reconciled on any card; "
    "pods are still served from the store.",
    source="ipamd:786-793",
    reason="follows from R69 and R71",
)
note(
    "R187",
    Kind.CONSEQUENCE,
    "Any non-excluded ENI and any CIDR of the mode's kind may serve a pod, and any expired "
    "address of that CIDR may be recycled.",
    source="ds:782-860, ds:1502-1516",
    reason="follows from R112, R113 and R196",
)
note(
    "R188",
    Kind.CONSEQUENCE,
    "Candidates for extension are tried in any order; the fullest ENI has no precedence.",
    source="ds:1122-1138, ipamd:1130, ipamd:1222",
    reason="follows from R98, R99 and R196",
)
note(
    "R189",
    Kind.CONSEQUENCE,
    "If several ENIs can be deleted, any one of them goes, and only one in a tick.",
    source="ds:1042-1093",
    reason="follows from R134, R136 and R196",
)
note(
    "R190",
    Kind.CONSEQUENCE,
    "Surplus CIDRs may be taken from any ENIs, and on each any CIDRs without pods; only the last "
    "ENI visited may keep some of them.",
    source="ipamd:901-939, ds:1573-1583",
    reason="follows from R138 and R196",
)
note(
    "R192",
    Kind.CONSEQUENCE,
    "Init, start-up clean-ups and sweeps visit ENIs in any order.",
    source="aws:1730-1734, ipamd:526, ipamd:1685",
    reason="follows from R54, R57, R63, R64, R151 and R196",
)
note(
    "R193",
    Kind.CONSEQUENCE,
    "Of two ENIs of type trunk only the last one in EC2's answer is set up as trunk; decisions ask "
    "only whether the store has a trunk at all.",
    source="aws:1764-1775, ds:949-959",
    reason="follows from R12, R33, R54 and R146",
)
note(
    "R194",
    Kind.CONSEQUENCE,
    "Pods may come and go at every pending call, also between the statistics of a tick and the "
    "actions based on them; a CIDR assigned after it was listed for release is skipped.",
    source="ipamd:917-930, ds:568-617",
    reason="follows from R23, R71, R73 and R138",
)
note(
    "R41",
    Kind.CONSEQUENCE,
    "WARM_PREFIX_TARGET counts as defined exactly in prefix mode, since its parsed value is never "
    "negative.",
    source="ipamd:2679-2681",
    reason="follows from R131: in prefix mode Wp is always compared",
)
note(
    "R46",
    Kind.CONSEQUENCE,
    "IPv6 mode always has the prefix-delegation flag set.",
    source="ipamd:2765-2769",
    reason="follows from R44",
)
note(
    "R162",
    Kind.CONSEQUENCE,
    "In IPv6 mode there is no reconcile.",
    source="ipamd:771-780",
    reason="follows from R70",
)
note(
    "B13",
    Kind.CONSEQUENCE,
    "Kept exactly, an address is free for pods only if WARM_IP_TARGET exceeds the number of ENIs: "
    "with WARM_IP_TARGET=1 the primary address uses the target up and no pod is ever served.",
    source="article:67, article:87",
    label=Label.DOCUMENTED,
    reason="follows from B3: every ENI's primary address counts inside the target",
)

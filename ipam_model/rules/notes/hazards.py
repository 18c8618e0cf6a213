"""Consequences that hurt; `reason` says what they follow from and which upstream issues (`#n`)."""

from ipam_model.catalogue import Kind, Label, note

note(
    "R62",
    Kind.HAZARD,
    "A restart forgets cooldowns, ENI ages and released CIDRs, erases the assignments on ENIs "
    "that are missing from IMDS or fail set-up, and puts back whatever a stale IMDS still lists, "
    "so that an address may be given out while somebody else uses it.",
    source="ds:348-423, ipamd:526-580",
    label=Label.SUSPECTED_BUG,
    reason="follows from R11, R20, R34, R57, R58 and R61; #711, #1127, #3887",
)
note(
    "R81",
    Kind.HAZARD,
    "Prefix mode with all three targets zero oscillates: an empty pool gets a prefix, the unused "
    "prefix is surplus and is released after more than 30 s, and the pool is empty again.",
    source="ipamd:2649, ipamd:2667-2673",
    reason="follows from R79, R132 and R143; R47 refuses this configuration at start-up",
)
note(
    "R82",
    Kind.HAZARD,
    "WARM_ENI_TARGET=0 in secondary-address mode attaches an ENI and deletes it after 60 s, for "
    "ever, while the pods exactly fill the ENIs in use (or, in custom networking, without pods).",
    source="ipamd:2649, ipamd:1498-1504",
    reason="follows from R79, R133 and R136; #1451, #1775",
)
note(
    "R84",
    Kind.HAZARD,
    "Cooling addresses count as available, so a pool may not be low while no address can be "
    "given to a pod.",
    source="ds:911-913",
    reason="follows from R28, R79 and R113; #1700, #2896",
)
note(
    "R110",
    Kind.HAZARD,
    "Growth stays stuck with MINIMUM_IP_TARGET alone once T >= m, and with T >= P even if every "
    "address is assigned; with all ENIs full and no room the pool is low for ever, without calls.",
    source="ipamd:2198-2201, ipamd:2637-2640, ipamd:997-1006",
    reason="follows from R33, R79, R87 and R96; #2650, #3685",
)
note(
    "R122",
    Kind.HAZARD,
    "A refused ADD starts no growth: the pod waits for kubelet's retry and for the loop, and, if "
    "only cooling addresses keep the pool from being low, for the end of the cooldown.",
    source="rpc:230-242",
    reason="follows from R79, R84, R112 and R113; #1160, #1446, #1602, #2896",
)
note(
    "R128",
    Kind.HAZARD,
    "A DEL that does not reach the daemon is reported as done by the plugin; the address stays "
    "assigned until a daemon start finds the host veth gone.",
    source="cni:407-424",
    reason="follows from R61: nothing else looks for vanished pods; #590, #2352, #3109",
)
note(
    "R137",
    Kind.HAZARD,
    "In prefix mode WARM_PREFIX_TARGET can keep an empty ENI for ever although address targets "
    "are in force: other ENIs must hold that many CIDRs without pods before it may go.",
    source="ds:1024-1040, ds:1042-1093",
    reason="follows from item 7 of R136; the shipped manifest sets the target to 1",
)
note(
    "R144",
    Kind.HAZARD,
    "Prefixes without pods on excluded ENIs count in F, so the pool may be too high without any "
    "usable surplus, and a release may take the usable prefixes.",
    source="ds:1448-1461, ipamd:892-941",
    reason="follows from R30, R93, R131 and R138",
)
note(
    "R166",
    Kind.HAZARD,
    "Any other error on both attempts has no back-off: two calls in every tick; during init it "
    "ends the process.",
    source="ipamd:1142-1145, ipamd:990-991",
    reason="follows from R66, R96 and R100; #405, #3105",
)
note(
    "R169",
    Kind.HAZARD,
    "A new ENI that cannot be attached is deleted again without any back-off, so creation, "
    "attachment and deletion repeat in every tick.",
    source="aws:978-1005, ipamd:1072-1082",
    reason="follows from R96, R101 and R106; #547",
)
note(
    "R170",
    Kind.HAZARD,
    "If delete-on-termination cannot be set and the new ENI is freed again, the step goes on with "
    "an empty ENI id and blocks the loop for about 3 minutes before it fails.",
    source="aws:1007-1017",
    label=Label.SUSPECTED_BUG,
    reason="follows from R106 and R109",
)
note(
    "R173",
    Kind.HAZARD,
    "If subnets cannot be listed during set-up, a secondary ENI stays in the store without host "
    "networking; growth or reconcile then gives it addresses, and pods can be placed on it.",
    source="ipamd:1282-1300, ipamd:536-560",
    reason="follows from item 4 of R58 and from R57, R98 and R152",
)
note(
    "R178",
    Kind.HAZARD,
    'An ENI that was detached but not deleted leaks in state "available" until the hourly '
    "clean-up, and while IMDS still lists it reconcile may take it back.",
    source="aws:1475-1478",
    reason="follows from R135, R150, R182, R183 and R184; #69, #608, #690, #1223",
)
note(
    "R180",
    Kind.HAZARD,
    "A checkpoint that is unreadable, of another version or names an address twice aborts every "
    "init: the daemon never starts again by itself.",
    source="ds:354-368, ds:394-396",
    reason="follows from R53 and R61",
)
note(
    "R95",
    Kind.HAZARD,
    "In prefix mode an idle card above 0 releases and re-attaches its only prefix every 35 s, and "
    "keeps reconcile from running on any card; with a pod in the prefix only the latter.",
    source="ipamd:803-822",
    label=Label.SUSPECTED_BUG,
    reason="follows from R72, R76, R94 and R146",
)

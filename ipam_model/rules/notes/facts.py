"""Constants, data shapes and definitions that other rules use."""

from ipam_model.catalogue import Kind, note

note(
    "R6",
    Kind.FACT,
    "The primary address of an ENI is the first one IMDS lists for its MAC address; it is "
    "remembered during set-up before any later step can fail, and is never a pod address.",
    source="aws:842-850, ipamd:1288-1293",
)
note(
    "R12",
    Kind.FACT,
    "Whether an ENI is a trunk or an EFA is EC2's interface type; an ENI that ipamd creates is "
    "neither.",
    source="aws:1764-1775, ipamd:1090-1091",
)
note(
    "R15",
    Kind.FACT,
    "A CIDR has 2^(bits - prefix length) addresses: 1 in a /32, 16 in a /28. It enters the store "
    "without address records, and an address without record was never used.",
    source="ds:150-164",
)
note(
    "R16",
    Kind.FACT,
    "An address record holds the address, the key (network, container, interface), the pod's "
    "namespace and name, the number of interfaces, and the instants of assignment and "
    "unassignment. It is assigned exactly if one of the key's parts is not empty.",
    source="ds:89-147",
)
note(
    "R18",
    Kind.FACT,
    "An address of a CIDR is fresh without record, assigned with an assigned record, cooling or "
    "expired with an unassigned one; only fresh and expired addresses can be given to a pod.",
    source="ds:238-254, ds:1499-1536",
)
note(
    "R19",
    Kind.FACT,
    "The daemon remembers, for all cards together: primary addresses, the instants of the last "
    "pool action, last decrease and last insufficient-address error (never, after a start), the "
    "released CIDRs, max pods, the unmanaged ENIs and a terminating flag that is never cleared.",
    source="ipamd:211-253, rpc:542-555",
)
note(
    "R21",
    Kind.FACT,
    "The counters `total` and `allocatedPrefix` run over every CIDR of the store, of either kind "
    "and on excluded ENIs too, `assigned` over every assigned address; of the three only "
    "`allocatedPrefix` enters a decision, as X.",
    source="ds:288-299, ds:916-946",
)
note(
    "R26",
    Kind.FACT,
    "The model sums its counters from the records and keeps the drift of R24 and R25 as two "
    "separate terms; only the drift of X can change a decision, through R93.",
)
note(
    "R71",
    Kind.FACT,
    "Pod requests run concurrently with the pool loop: each single operation on the store is "
    "atomic, a sequence of them is not.",
    source="ipamd:786-793, ds:782-786, ds:1239-1241",
)
note(
    "R92",
    Kind.FACT,
    "short and over of a card are those of R91 in secondary-address mode and of R93 in prefix "
    "mode; R94 replaces R93 on cards above 0.",
    source="ipamd:2177-2231",
)
note(
    "R195",
    Kind.FACT,
    "Which addresses, prefixes and ENI ids come, and how long waits take, is EC2's choice or "
    "chance; all of it is input to the model.",
    source="aws:2129, aws:2298-2305",
)
note(
    "R196",
    Kind.FACT,
    "Iteration over Go maps has no order and may differ from one pass to the next: every such "
    "choice is an explicit input, and what is claimed holds for all of them.",
    source="ds:1122, ds:1453, ipamd:803",
)

"""Why rules are as they are, and their conditions one by one where others refer to them.

What is said here decides nothing. A reason tells what a rule is good for and what would happen
without it, as far as that can be told from the daemon's own text, its issues, or the model: the
theorems and properties that are named were proved or tested.
"""

from ipam_model.catalogue import explain

explain(
    "R3",
    "MAX_ENI is for nodes whose ENIs others use too. It can only lower the limit, so no setting "
    "makes the daemon ask EC2 for what it must refuse.",
)
explain(
    "R5",
    "EC2 gives an ENI L slots, one of which is the primary address; a prefix takes one slot like "
    "an address. Counting records, not addresses, keeps the two kinds apart from each other.",
)
explain(
    "R7",
    "Others, and other CNI plugins, may attach ENIs to the node. Tags let them say which ones the "
    "daemon must leave alone; by default it takes care of every ENI it finds.",
)
explain(
    "R17",
    "Traffic for a pod that is gone, and rules of other nodes that still name its address, take a "
    "while to end. The next pod must not get that address meanwhile. Release does not wait for it "
    "(R139), and the pool counts the address as available (R84).",
)
explain(
    "R20",
    "IMDS may go on listing an address for a while after EC2 took it back. Reconcile would put it "
    "into the pool again, and a pod could get an address that the node no longer has.",
)
explain(
    "R33",
    "The three are what takes a slot on the card: ENIs of the pool, ENIs of others, and the one "
    "that EC2's controller for branch ENIs is going to attach.",
)
explain(
    "R36",
    "Whole ENIs are the default because asking EC2 rarely is cheap; the address targets are for "
    "small subnets, at the price of more calls.",
)
explain(
    "R48",
    "The trunk ENI is attached by a controller, not by the daemon; without a free slot it never "
    "could be.",
)
explain(
    "R51",
    "A node that is being drained should not take further addresses from the subnet. That it does "
    "not give back its ENIs either is reported as a defect (#3263).",
)
explain(
    "R58",
    "Set-up is the same at start, after growth and in reconcile. Each step can fail by itself, and"
    " what the steps before it did stays: R171, R173 and R174 say with which consequences.",
    items=(
        "1. The route table of the ENI is determined; a failure changes nothing.",
        "2. The record enters the store (R11).",
        "3. The primary address is remembered (R6).",
        (
            "4. With subnet discovery in IPv4 the exclusion is tested (R13, R14); a failure leaves"
            " the bare record behind, of a secondary ENI without host networking."
        ),
        "5. In IPv6 mode an ENI that is no trunk gets its prefix (R60).",
        "6. A secondary ENI gets its host networking; a failure removes the record.",
        (
            "7. In IPv4 mode its secondary addresses and its prefixes enter the store, whatever "
            "the mode."
        ),
    ),
)
explain(
    "R62",
    "The checkpoint holds assignments alone (R34); all else is believed of IMDS at that moment.",
    items=(
        (
            "a. Cooldowns are forgotten: an address that was just given back may be given out at "
            "once."
        ),
        "b. Ages of ENIs begin anew: none is deleted within 60 s.",
        (
            "c. Assignments on an ENI that IMDS does not list, or whose set-up failed, are erased;"
            " when the ENI comes back its addresses count as free."
        ),
        (
            "d. The host veth is looked for by the pod's name, so a pod that was made anew under "
            "the same name keeps the stale entry alive."
        ),
        (
            "e. Released CIDRs are forgotten: what IMDS still lists enters the store again, "
            "although EC2 may have given it to somebody else."
        ),
    ),
)
explain(
    "R72",
    "Growing has precedence, because a pod may be waiting; releasing waits, because every address "
    "given back may be wanted again in a moment (R143). The wish for fewer ENIs is looked at "
    "apart: an ENI may go although nothing else is too much.",
)
explain(
    "R79",
    "The warm pool exists so that a pod never waits for EC2. Max pods ends it: no further pod can "
    "come, so no further address is of use; but cooling and excluded addresses make the two "
    "numbers differ (R84, R110).",
)
explain(
    "R87",
    "The larger of the two, because both targets must be met.",
)
explain(
    "R88",
    "The smaller of the two, because neither target may be missed by what is released: with R87 "
    "that makes a band without a gap: after a release nothing is missing (theorem "
    "`release_settles`).",
)
explain(
    "R93",
    "A prefix comes and goes as a whole, so growth rounds up; release may take only prefixes "
    "without pods, and must leave as many as the pods and targets need after rounding.",
)
explain(
    "R96",
    "One ENI at a time, the existing ones first: an address on an attached ENI comes in one call, "
    "a new ENI takes seconds and several calls. The pause of 120 s keeps a full subnet from being "
    "asked in every tick.",
    items=(
        "1. A frozen node (R51) does not grow.",
        "2. Nor does one whose last insufficient-address error is at most 120 s old.",
        "3. An existing ENI is extended: R98, in prefix mode R99.",
        (
            "4. An insufficient-address error starts the 120 s and ends the step; another one ends"
            " it."
        ),
        "5. Growth sets the pool clock.",
        (
            "6. If nothing grew and there is room (R33), an ENI is created (R101); success sets "
            "the pool clock."
        ),
    ),
)
explain(
    "R98",
    "Asking for one after a refusal gets the last addresses out of an almost empty subnet; it also"
    " means two calls in every tick while it stays so (R163, R166).",
    items=(
        (
            "a. AssignPrivateIpAddresses is called with what is wanted, at most the ENI's free "
            "slots."
        ),
        "b. If that fails, but for the ENI's limit being exceeded, it is called again with 1.",
        (
            "c. If that fails, too, the next ENI is tried where the subnet was out of addresses "
            "and subnet discovery is on; else the step ends."
        ),
        (
            "d. If the ENI's limit was exceeded, EC2 is asked which addresses the ENI has, and "
            "these are taken."
        ),
        "e. What was granted enters the store, and the step has grown, whatever was asked for.",
    ),
)
explain(
    "R101",
    "Nothing is cleaned up after a failure, because the ENI may still show up: reconcile then "
    "takes it over (R171).",
    items=(
        "1. With custom networking the ENIConfig is read; a failure ends the step.",
        "2. The size is that of R107; with 0 the step is done.",
        (
            "3. The ENI is created and attached (R102 to R106); an insufficient-address error "
            "starts the 120 s of R96."
        ),
        (
            "4. The daemon waits until IMDS shows it (R109); a failure leaves it attached, outside"
            " the store."
        ),
        "5. It is set up (R58).",
    ),
)
explain(
    "R107",
    "A new ENI is made with the addresses it needs in one call; without a warm IP target it is "
    "made full, because whole ENIs are what is counted then.",
)
explain(
    "R108",
    "At least one, because the step is only taken when the pool is low, and asking for nothing "
    "would leave it so.",
)
explain(
    "R113",
    "Recycled addresses come first, so that a /28 is not touched further than needed.",
)
explain(
    "R121",
    "The walk over the stores was written for stores numbered without gaps, and for a key that is "
    "in one store only.",
    items=(
        "a. A pod of one interface may get an address of a card above 0 when card 0 has none.",
        (
            "b. The last store is told by its number, not its place: with gaps in the numbers, "
            "running out is not noticed, and the reply is success without an address."
        ),
        (
            "c. A pod that asks on every card and is refused on one keeps what it got on the "
            "others until DEL."
        ),
        (
            "d. A repeated ADD takes a second address on card 0, once it has one, for a pod that "
            "lives on card 1; DEL then frees one of the two."
        ),
    ),
)
explain(
    "R127",
    "An ENI that holds the other mode's CIDRs, left over from a switch, or lies in an excluded "
    "subnet, is to be emptied as its pods leave.",
    items=(
        (
            "a. In secondary-address mode, if the address lay in a prefix, every prefix of that "
            "ENI without pods is released at once, cooling or not."
        ),
        (
            "b. In prefix mode a single address stays: the code looks for a prefix under its name,"
            " and finds none."
        ),
        "c. On an excluded ENI the emptied CIDR leaves the store 5 s later, but stays EC2's.",
    ),
)
explain(
    "R131",
    "Only addresses that were counted one by one can be too many. Under WARM_ENI_TARGET whole ENIs"
    " are counted, so single addresses stay (R130) and only whole ENIs go (R133).",
)
explain(
    "R133",
    "One ENI's worth above the target: without that margin the deletion of an ENI would make the "
    "pool too low in the next tick, as it does with a target of 0 (R82). Under address targets "
    "this question is left to R136.",
)
explain(
    "R134",
    "One at a time, so that the next decision sees what the last one left.",
)
explain(
    "R136",
    "Deleting an ENI cannot be undone cheaply, so it must be certain that nobody misses it. Items "
    "1, 8 and 9: it is the node's own, or belongs to somebody else's use. Item 2: attaching takes "
    "seconds and several EC2 calls, so what a burst brought is kept for a while, and an ENI whose "
    "addresses are still arriving is not mistaken for an idle one. Items 3 and 4: no address goes "
    "from under a pod, nor while traffic for the last one may still come. Items 5 to 7: what stays"
    " must still meet the targets, or the next tick would attach an ENI again, for ever (theorem "
    "`eni_deletion_leaves_no_shortage`, property P-L2); WARM_ENI_TARGET is not among them, because"
    " R133 has asked for one ENI's worth more before. That item 7 is asked even where address "
    "targets override WARM_PREFIX_TARGET everywhere else is what can keep an idle ENI for ever "
    "(R137, lint check `warm-prefix-target-still-vetoes`).",
    items=(
        "1. It is not the primary ENI.",
        "2. It entered the store at least 60 s ago; a restart begins anew (R11).",
        "3. None of its addresses is cooling (R17, R32).",
        "4. No pod holds an address of it, of either kind (R31).",
        (
            "5. If WARM_IP_TARGET is not 0: the other ENIs that are not excluded have so many "
            "available addresses of the mode's kind; in prefix mode rounded up to whole prefixes."
        ),
        ("6. If MINIMUM_IP_TARGET is not 0: they own so many addresses in all, rounded likewise."),
        (
            "7. In prefix mode, if WARM_PREFIX_TARGET is not 0: they hold so many CIDRs of either "
            "kind without pods, also where items 5 and 6 are asked."
        ),
        "8. It is not a trunk ENI.",
        "9. It is not an EFA.",
    ),
)
explain(
    "R138",
    "Only CIDRs without pods can go, so nothing that is in use is released; which of them does not"
    " matter to the count, and therefore is left to the order of a map (R190).",
)
explain(
    "R141",
    "Remembered before EC2 is asked, because IMDS may show the old list as soon as the call is "
    "out.",
)
explain(
    "R143",
    "Pods come and go in bursts; giving addresses back at once would cost two calls for each.",
)
explain(
    "R146",
    "After a change of the pool IMDS lags behind EC2. Comparing too early would undo the change.",
)
explain(
    "R154",
    "IMDS alone is not believed about what was released: within 60 s it is taken to be stale, "
    "later EC2 is asked.",
)
explain(
    "R184",
    "A daemon that ends between detaching and deleting an ENI leaves it to nobody; five minutes "
    "keep it from taking one that another node is just attaching.",
)

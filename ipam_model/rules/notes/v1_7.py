"""What v1.7.0 does differently, where it has no code of its own; source lines are those of v1.7.0.

The other H-rules are stated next to their code, in `ipam_model.daemon.v1_7` for the most part.
"""

from ipam_model.catalogue import Kind, Label, note

note(
    "H1",
    Kind.FACT,
    "As today, for secondary addresses: short and over, the WARM_ENI_TARGET clause of low, when "
    "fewer ENIs are wanted, which ENI may be deleted (EFA aside), and the periods of 5 s, 60 s, "
    "30 s, 60 s and 30 s. The model uses the formulas of R79, R87, R88, R133 and R136 for both.",
    source="ipamd:888-933, ipamd:1198-1222, ds:586-646, ipamd:45-55",
)
note(
    "H2",
    Kind.CONSEQUENCE,
    "T and A are the store's running counters, without exclusion or mode: the same as the sums "
    "over its records.",
    source="ds:436, ds:478, ds:525, ds:547-549",
    reason="follows from R28 and H26: the store of v1.7 holds single addresses only, and no ENI "
    "in it is excluded",
)
note(
    "H16",
    Kind.FACT,
    "The table of warm targets in the documentation of the time has other rows for p3dn.24xlarge "
    "with WARM_IP_TARGET=5 and MINIMUM_IP_TARGET=2, of which those with 3 and 10 pods contradict "
    "the formulas, and one ENI too few for t3.small with 2, 5 and 5 pods.",
    source="docs/eni-and-ip-target.md:31, docs/eni-and-ip-target.md:38-40",
    label=Label.DOCUMENTED,
)
note(
    "H17",
    Kind.CONSEQUENCE,
    "What filling an ENI adds beyond the target is released in the first tick more than 30 s after "
    "the previous decrease, usually the very next one.",
    source="ipamd:521-541",
    reason="follows from R88, H4 and H15",
)
note(
    "H21",
    Kind.HAZARD,
    "A repeated ADD of a recovered sandbox takes a second address, which the first DEL frees; "
    "only another DEL frees the recovered one. A start while IMDS hides new addresses forgets the "
    "pods on them and may give their addresses to others, and the start after that ends at once.",
    source="ds:300-315, ds:350-356, ds:736-765",
    label=Label.SUSPECTED_BUG,
    reason="follows from H12 and H20: the recovered key has placeholders, and IMDS is believed",
)
note(
    "H22",
    Kind.HAZARD,
    "A start while IMDS still lists removed addresses can leave an ENI with more addresses in the "
    "store than it has slots.",
    source="ipamd:765-784, ipamd:1085-1096",
    label=Label.SUSPECTED_BUG,
    reason="follows from H7, H20 and H24: set-up believes IMDS, growth adds what EC2 has, and "
    "nothing compares the sum with the limit",
)

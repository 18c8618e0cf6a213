"""Where monotone growth ends (G1-G5): for an empty node, no failures, p pods placed one by one.

They hold without trunk, EFA, unmanaged and excluded ENIs. p, We, Wi, m, Wp, P as in the
specification; K ENIs, M addresses or Q prefixes per ENI. They state no rule of their own: they
follow from R79, R87-R108, and the tests compare them with the running model.
"""

from ipam_model.arithmetic import B, I, Logic


def warm_eni_enis(k: Logic[I, B], enis: I, per_eni: I, warm_eni: I, pods: I, max_pods: I) -> I:
    """G1: ENIs, all full, with WARM_ENI_TARGET >= 1 in secondary-address mode."""
    wanted = warm_eni + k.ceil_div(pods, per_eni)
    return k.max(k.min(k.min(enis, wanted), k.ceil_div(max_pods, per_eni)), 1)


def warm_eni_zero_enis(k: Logic[I, B], enis: I, per_eni: I, pods: I) -> I:
    """G2: the larger ENI count with WARM_ENI_TARGET = 0; it alternates with one less if M | p."""
    return k.min(enis, k.floor_div(pods, per_eni) + 1)


def warm_ip_total(k: Logic[I, B], enis: I, per_eni: I, warm: I, minimum: I, pods: I) -> I:
    """G3: addresses with WARM_IP_TARGET >= 1 in secondary-address mode, max pods not reached."""
    return k.min(enis * per_eni, k.max(pods + warm, minimum))


def warm_ip_prefixes(
    k: Logic[I, B], enis: I, per_eni: I, warm: I, minimum: I, pods: I, block: I | int
) -> I:
    """G4: prefixes with WARM_IP_TARGET >= 1 in prefix mode, max pods not reached."""
    needed = k.max(k.ceil_div(pods + warm, block), k.ceil_div(minimum, block))
    return k.min(enis * per_eni, needed)


def warm_prefix_prefixes(
    k: Logic[I, B], enis: I, per_eni: I, warm_prefix: I, pods: I, max_pods: I, block: I | int
) -> I:
    """G5: prefixes with WARM_PREFIX_TARGET >= 1; exact for 1, a lower bound above."""
    wanted = k.ceil_div(pods, block) + warm_prefix
    return k.min(k.min(enis * per_eni, wanted), k.ceil_div(max_pods, block))

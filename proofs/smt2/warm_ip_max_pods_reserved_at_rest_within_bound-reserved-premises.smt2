; warm_ip_max_pods_reserved_at_rest_within_bound: reserved, premises: expected sat
; With max pods and a warm IP target a node at rest with p pods reserves at most U + min(N, 1 + U) addresses, U = min(Tp, T), T and N the most it ever owns and attaches, Tp what it owns at rest without max pods.
; Rules: R79, R80, R87, R88, R98, R107, R131, R133, R136.
; Rests on: warm_ip_max_pods_reserved_within_bound.
; Rests on: warm_ip_unmet_exactly_at_max_pods.
; Rests on: enis_that_hold_something.
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (sums_of_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (full_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (warm_ip_max_pods_invariants).
; On paper: a run whose every step is also one without max pods is a run without them (max_pods_only_hold_back).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (warm_ip_invariants).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (enis_that_hold_something).
; On paper: `reserved` is said of any numbers; those of the other theorems are put in (warm_ip_max_pods_reserved_at_rest_within_bound).
(set-info :smt-lib-version 2.6)
(set-info :status sat)
(set-logic QF_LIA)
(declare-fun owned () Int)
(declare-fun enis () Int)
(declare-fun most_at_rest () Int)
(declare-fun most_ever () Int)
(declare-fun most_enis () Int)
; no more is owned than at rest without max pods
(assert (<= owned most_at_rest))
; no more is owned than ever
(assert (<= owned most_ever))
; no more ENIs than ever
(assert (<= enis most_enis))
; there is at most one ENI more than CIDRs
(assert (<= enis (+ owned 1)))
(check-sat)
(exit)

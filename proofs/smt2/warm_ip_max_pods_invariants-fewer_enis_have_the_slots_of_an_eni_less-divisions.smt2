; warm_ip_max_pods_invariants: fewer ENIs have the slots of an ENI less, divisions: expected unsat
; With max pods and a warm IP target growth starts below max pods only, so with fewer pods, too, and what is owned and attached stays bounded accordingly.
; Rules: R79, R87, R88, R91, R98, R101, R107, R133, R136, R138.
; Rests on: sums_of_enis.
; Rests on: full_enis.
; Rests on: max_pods_stops_growth.
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (sums_of_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (full_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (warm_ip_max_pods_invariants).
(set-info :smt-lib-version 2.6)
(set-info :status unsat)
(set-logic QF_NIA)
(declare-fun warm () Int)
(declare-fun minimum () Int)
(declare-fun warm_eni () Int)
(declare-fun warm_prefix () Int)
(declare-fun max_enis () Int)
(declare-fun slots () Int)
(declare-fun peak () Int)
(declare-fun max_pods () Int)
(declare-fun enis () Int)
; an ENI may be attached
(assert (>= max_enis 1))
; an ENI has a slot
(assert (>= slots 1))
; WARM_IP_TARGET >= 0
(assert (>= warm 0))
; MINIMUM_IP_TARGET >= 0
(assert (>= minimum 0))
; WARM_ENI_TARGET >= 0
(assert (>= warm_eni 0))
; WARM_PREFIX_TARGET >= 0
(assert (>= warm_prefix 0))
; the peak is a number of pods
(assert (>= peak 0))
; max pods >= 0
(assert (>= max_pods 0))
; there is the primary ENI
(assert (>= enis 1))
; (some division is not meant)
(assert (not (and (>= max_pods 0) (>= slots 1))))
(check-sat)
(exit)

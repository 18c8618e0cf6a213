; prefix_warm_prefix_invariants: begin, divisions: expected unsat
; In prefix mode under WARM_PREFIX_TARGET alone, every step keeps to the caps, owns no more prefixes than the peak of pods and the targets ask for, and attaches an ENI only where all others are full.
; Rules: R5, R33, R79, R99, R101, R107, R108, R138, R131, R133, R136.
; Rests on: sums_of_enis.
; Rests on: full_enis.
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (sums_of_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (full_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (prefix_warm_prefix_invariants).
(set-info :smt-lib-version 2.6)
(set-info :status unsat)
(set-logic QF_NIA)
(declare-fun warm () Int)
(declare-fun minimum () Int)
(declare-fun warm_eni () Int)
(declare-fun warm_prefix () Int)
(declare-fun prefix_mode () Bool)
(declare-fun max_enis () Int)
(declare-fun slots () Int)
(declare-fun peak () Int)
; prefix mode
(assert prefix_mode)
; no warm IP target governs
(assert (not (or (distinct warm 0) (distinct minimum 0))))
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
; (some division is not meant)
(assert (not (and (>= peak 0) (>= peak 0) (>= peak 0) (>= peak 0))))
(check-sat)
(exit)

; extension_size_fits, premises: expected sat
; An existing ENI is extended by no more CIDRs than it has free slots, nor than is wanted.
; Rules: R5, R98, R99.
(set-info :smt-lib-version 2.6)
(set-info :status sat)
(set-logic QF_LIA)
(declare-fun wanted () Int)
(declare-fun slots () Int)
(declare-fun cidrs () Int)
; wanted >= 0
(assert (>= wanted 0))
; slots >= 0
(assert (>= slots 0))
; cidrs >= 0
(assert (>= cidrs 0))
; cidrs <= slots
(assert (<= cidrs slots))
(check-sat)
(exit)

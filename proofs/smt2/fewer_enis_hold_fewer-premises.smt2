; fewer_enis_hold_fewer, premises: expected sat
; Of ENIs with as many slots, fewer have no more slots in all.
; Rules: R4.
(set-info :smt-lib-version 2.6)
(set-info :status sat)
(set-logic QF_NIA)
(declare-fun enis () Int)
(declare-fun more () Int)
(declare-fun slots () Int)
; an ENI has a slot
(assert (>= slots 1))
; fewer, or as many
(assert (<= enis more))
(check-sat)
(exit)

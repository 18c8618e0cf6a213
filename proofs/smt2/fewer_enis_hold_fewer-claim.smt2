; fewer_enis_hold_fewer, claim: expected unsat
; Of ENIs with as many slots, fewer have no more slots in all.
; Rules: R4.
(set-info :smt-lib-version 2.6)
(set-info :status unsat)
(set-logic QF_NIA)
(declare-fun enis () Int)
(declare-fun more () Int)
(declare-fun slots () Int)
; an ENI has a slot
(assert (>= slots 1))
; fewer, or as many
(assert (<= enis more))
; (not the conclusions)
(assert (not (<= (* enis slots) (* more slots))))
(check-sat)
(exit)

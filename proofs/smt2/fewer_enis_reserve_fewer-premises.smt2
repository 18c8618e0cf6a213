; fewer_enis_reserve_fewer, premises: expected sat
; ENIs reserve no more than as many or more full ones, their primary addresses included.
; Rules: R4.
(set-info :smt-lib-version 2.6)
(set-info :status sat)
(set-logic QF_NIA)
(declare-fun addresses () Int)
(declare-fun enis () Int)
(declare-fun more () Int)
(declare-fun slots () Int)
; an ENI has a slot
(assert (>= slots 1))
; fewer, or as many
(assert (<= enis more))
; the addresses fit into the slots
(assert (<= addresses (* enis slots)))
(check-sat)
(exit)

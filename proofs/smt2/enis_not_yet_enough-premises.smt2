; enis_not_yet_enough, premises: expected sat
; ENIs that hold fewer addresses than wanted are fewer than those that hold them. That is fewer than the quotient rounded up. `enis` may be any number, also below 0.
; Rules: R4.
(set-info :smt-lib-version 2.6)
(set-info :status sat)
(set-logic QF_NIA)
(declare-fun enis () Int)
(declare-fun slots () Int)
(declare-fun addresses () Int)
; an ENI has a slot
(assert (>= slots 1))
; addresses >= 0
(assert (>= addresses 0))
; they hold fewer
(assert (< (* enis slots) addresses))
(check-sat)
(exit)

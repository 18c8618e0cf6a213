; enis_filled_by_pods, claim: expected unsat
; ENIs that hold no more addresses than there are pods are no more than those that pods fill. That is no more than the quotient rounded down.
; Rules: R4.
(set-info :smt-lib-version 2.6)
(set-info :status unsat)
(set-logic QF_NIA)
(declare-fun enis () Int)
(declare-fun slots () Int)
(declare-fun pods () Int)
; an ENI has a slot
(assert (>= slots 1))
; pods >= 0
(assert (>= pods 0))
; they hold no more
(assert (<= (* enis slots) pods))
; (not the conclusions)
(assert (not (<= enis (div pods slots))))
(check-sat)
(exit)

; full_enis: one more, claim: expected unsat
; Where the pool is too low and no ENI has room, all slots of all ENIs are taken.
; Rules: R79, R98, R99, R5.
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (full_enis).
(set-info :smt-lib-version 2.6)
(set-info :status unsat)
(set-logic QF_NIA)
(declare-fun slots () Int)
(declare-fun enis () Int)
(declare-fun cidrs () Int)
(declare-fun eni_cidrs () Int)
; ENIs without room are full
(assert (= cidrs (* enis slots)))
; one more is full
(assert (= eni_cidrs slots))
; (not the conclusions)
(assert (not (= (+ cidrs eni_cidrs) (* (+ enis 1) slots))))
(check-sat)
(exit)

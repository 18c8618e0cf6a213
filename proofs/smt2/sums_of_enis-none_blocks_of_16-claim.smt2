; sums_of_enis: none, blocks of 16, claim: expected unsat
; What the numbers of each ENI mean, their sums mean, for any number of ENIs.
; Rules: R4, R5.
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (sums_of_enis).
(set-info :smt-lib-version 2.6)
(set-info :status unsat)
(set-logic QF_NIA)
(declare-fun slots () Int)
(declare-fun enis () Int)
; (not the conclusions)
(assert (let ((a!1 (<= (- enis enis) (* (- (- enis enis) (- enis enis)) 16))))
(let ((a!2 (and (>= (- enis enis) 0)
                (>= (- (- enis enis) (- enis enis)) 0)
                (>= (- enis enis) (- (- enis enis) (- enis enis)))
                a!1
                (<= (- enis enis) (* (- enis enis) slots)))))
  (not a!2))))
(check-sat)
(exit)

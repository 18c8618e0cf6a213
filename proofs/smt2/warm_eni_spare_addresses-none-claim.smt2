; warm_eni_spare_addresses: none, claim: expected unsat
; Spare addresses, the free ones of the primary ENI and of ENIs with pods, are free ones, and all of these where no ENI is idle, for any number of ENIs.
; Rules: R5.
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (warm_eni_spare_addresses).
(set-info :smt-lib-version 2.6)
(set-info :status unsat)
(set-logic QF_NIA)
(declare-fun spare () Int)
; (not the conclusions)
(assert (not (and (>= (- spare spare) 0) (<= (- spare spare) (- spare spare)))))
(check-sat)
(exit)

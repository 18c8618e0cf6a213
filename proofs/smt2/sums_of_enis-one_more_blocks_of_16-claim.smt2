; sums_of_enis: one more, blocks of 16, claim: expected unsat
; What the numbers of each ENI mean, their sums mean, for any number of ENIs.
; Rules: R4, R5.
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (sums_of_enis).
(set-info :smt-lib-version 2.6)
(set-info :status unsat)
(set-logic QF_NIA)
(declare-fun slots () Int)
(declare-fun enis () Int)
(declare-fun cidrs () Int)
(declare-fun assigned () Int)
(declare-fun free_cidrs () Int)
(declare-fun eni_cidrs () Int)
(declare-fun eni_assigned () Int)
(declare-fun eni_free_cidrs () Int)
; before: free CIDRs are counted
(assert (>= free_cidrs 0))
; before: free CIDRs are owned
(assert (>= (- cidrs free_cidrs) 0))
; before: CIDRs that are not free have pods
(assert (>= assigned (- cidrs free_cidrs)))
; before: the pods fit into them
(assert (<= assigned (* (- cidrs free_cidrs) 16)))
; before: their CIDRs fit into their slots
(assert (<= cidrs (* enis slots)))
; of one more: free CIDRs are counted
(assert (>= eni_free_cidrs 0))
; of one more: free CIDRs are owned
(assert (>= (- eni_cidrs eni_free_cidrs) 0))
; of one more: CIDRs that are not free have pods
(assert (>= eni_assigned (- eni_cidrs eni_free_cidrs)))
; of one more: the pods fit into them
(assert (<= eni_assigned (* (- eni_cidrs eni_free_cidrs) 16)))
; of one more: their CIDRs fit into their slots
(assert (<= eni_cidrs (* (+ (- enis enis) 1) slots)))
; (not the conclusions)
(assert (let ((a!1 (<= (+ assigned eni_assigned)
               (* (- (+ cidrs eni_cidrs) (+ free_cidrs eni_free_cidrs)) 16))))
(let ((a!2 (and (>= (+ free_cidrs eni_free_cidrs) 0)
                (>= (- (+ cidrs eni_cidrs) (+ free_cidrs eni_free_cidrs)) 0)
                (>= (+ assigned eni_assigned)
                    (- (+ cidrs eni_cidrs) (+ free_cidrs eni_free_cidrs)))
                a!1
                (<= (+ cidrs eni_cidrs) (* (+ enis 1) slots)))))
  (not a!2))))
(check-sat)
(exit)

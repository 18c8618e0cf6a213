; warm_eni_spare_addresses: one more, premises: expected sat
; Spare addresses, the free ones of the primary ENI and of ENIs with pods, are free ones, and all of these where no ENI is idle, for any number of ENIs.
; Rules: R5.
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (warm_eni_spare_addresses).
(set-info :smt-lib-version 2.6)
(set-info :status sat)
(set-logic QF_NIA)
(declare-fun free_cidrs () Int)
(declare-fun eni_cidrs () Int)
(declare-fun eni_assigned () Int)
(declare-fun eni_free_cidrs () Int)
(declare-fun spare () Int)
; counted
(assert (>= spare 0))
; free
(assert (<= spare free_cidrs))
; free CIDRs are counted
(assert (>= eni_free_cidrs 0))
; free CIDRs are owned
(assert (>= (- eni_cidrs eni_free_cidrs) 0))
; CIDRs that are not free have pods
(assert (>= eni_assigned (- eni_cidrs eni_free_cidrs)))
; the pods fit into them
(assert (<= eni_assigned (* (- eni_cidrs eni_free_cidrs) 1)))
(check-sat)
(exit)

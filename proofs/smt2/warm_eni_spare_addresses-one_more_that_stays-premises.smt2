; warm_eni_spare_addresses: one more that stays, premises: expected sat
; Spare addresses, the free ones of the primary ENI and of ENIs with pods, are free ones, and all of these where no ENI is idle, for any number of ENIs.
; Rules: R5.
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (warm_eni_spare_addresses).
(set-info :smt-lib-version 2.6)
(set-info :status sat)
(set-logic QF_NIA)
(declare-fun free_cidrs () Int)
(declare-fun eni_assigned () Int)
(declare-fun primary () Bool)
(declare-fun spare () Int)
; before, all free addresses are spare
(assert (= spare free_cidrs))
; the ENI stays
(assert (or primary (>= eni_assigned 1)))
(check-sat)
(exit)

; warm_eni_idle_enis_go: the primary one, claim: expected unsat
; Where M (We + 1) addresses are available and no ENI may go, every ENI besides the primary one has a pod.
; Rules: R133, R136.
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (warm_eni_idle_enis_go).
(set-info :smt-lib-version 2.6)
(set-info :status unsat)
(set-logic QF_NIA)
(declare-fun eni_cidrs () Int)
(declare-fun eni_assigned () Int)
(declare-fun eni_free_cidrs () Int)
; free CIDRs are counted
(assert (>= eni_free_cidrs 0))
; free CIDRs are owned
(assert (>= (- eni_cidrs eni_free_cidrs) 0))
; CIDRs that are not free have pods
(assert (>= eni_assigned (- eni_cidrs eni_free_cidrs)))
; the pods fit into them
(assert (<= eni_assigned (* (- eni_cidrs eni_free_cidrs) 1)))
; (not the conclusions)
(assert (not (>= eni_assigned 0)))
(check-sat)
(exit)

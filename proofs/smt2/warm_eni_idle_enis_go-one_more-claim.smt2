; warm_eni_idle_enis_go: one more, claim: expected unsat
; Where M (We + 1) addresses are available and no ENI may go, every ENI besides the primary one has a pod.
; Rules: R133, R136.
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (warm_eni_idle_enis_go).
(set-info :smt-lib-version 2.6)
(set-info :status unsat)
(set-logic QF_NIA)
(declare-fun enis () Int)
(declare-fun assigned () Int)
(declare-fun eni_assigned () Int)
(declare-fun primary () Bool)
; before, there are enough pods
(assert (>= assigned (- enis 1)))
; it is not the primary one
(assert (not primary))
; it is the primary one, or has a pod
(assert (or primary (>= eni_assigned 1)))
; (not the conclusions)
(assert (not (>= (+ assigned eni_assigned) enis)))
(check-sat)
(exit)

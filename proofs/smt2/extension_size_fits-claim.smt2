; extension_size_fits, claim: expected unsat
; An existing ENI is extended by no more CIDRs than it has free slots, nor than is wanted.
; Rules: R5, R98, R99.
(set-info :smt-lib-version 2.6)
(set-info :status unsat)
(set-logic QF_LIA)
(declare-fun wanted () Int)
(declare-fun slots () Int)
(declare-fun cidrs () Int)
; wanted >= 0
(assert (>= wanted 0))
; slots >= 0
(assert (>= slots 0))
; cidrs >= 0
(assert (>= cidrs 0))
; cidrs <= slots
(assert (<= cidrs slots))
; (not the conclusions)
(assert (let ((a!1 (ite (>= (- slots cidrs) 0) (- slots cidrs) 0)))
(let ((a!2 (<= (+ cidrs (ite (<= a!1 wanted) a!1 wanted)) slots)))
(let ((a!3 (and (>= (ite (<= a!1 wanted) a!1 wanted) 0)
                (<= (ite (<= a!1 wanted) a!1 wanted) wanted)
                a!2)))
  (not a!3)))))
(check-sat)
(exit)

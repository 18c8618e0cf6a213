; never_short_and_over, claim: expected unsat
; Counted in addresses, the pool is never short and over at once.
; Rules: R87, R88.
(set-info :smt-lib-version 2.6)
(set-info :status unsat)
(set-logic QF_LIA)
(declare-fun warm () Int)
(declare-fun minimum () Int)
(declare-fun total () Int)
(declare-fun available () Int)
; warm >= 0
(assert (>= warm 0))
; minimum >= 0
(assert (>= minimum 0))
; available >= 0
(assert (>= available 0))
; available addresses are owned
(assert (<= available total))
; (not the conclusions)
(assert (let ((a!1 (ite (>= (- warm available) 0) (- warm available) 0))
      (a!3 (ite (>= (- available warm) 0) (- available warm) 0)))
(let ((a!2 (> (ite (>= a!1 (- minimum total)) a!1 (- minimum total)) 0))
      (a!4 (ite (<= a!3 (- total minimum)) a!3 (- total minimum))))
(let ((a!5 (and a!2 (> (ite (>= a!4 0) a!4 0) 0))))
  (not (not a!5))))))
(check-sat)
(exit)

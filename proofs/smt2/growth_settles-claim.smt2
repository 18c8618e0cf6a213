; growth_settles, claim: expected unsat
; Counted in addresses, once what is missing was granted none is missing and none surplus.
; Rules: R87, R88, R91.
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
; something is missing
(assert (let ((a!1 (ite (>= (- warm available) 0) (- warm available) 0)))
  (> (ite (>= a!1 (- minimum total)) a!1 (- minimum total)) 0)))
; (not the conclusions)
(assert (let ((a!1 (ite (>= (- warm available) 0) (- warm available) 0)))
(let ((a!2 (ite (>= a!1 (- minimum total)) a!1 (- minimum total))))
(let ((a!3 (ite (>= (- warm (+ available a!2)) 0) (- warm (+ available a!2)) 0))
      (a!5 (ite (>= (- (+ available a!2) warm) 0) (- (+ available a!2) warm) 0)))
(let ((a!4 (ite (>= a!3 (- minimum (+ total a!2)))
                a!3
                (- minimum (+ total a!2))))
      (a!6 (ite (<= a!5 (- (+ total a!2) minimum))
                a!5
                (- (+ total a!2) minimum))))
(let ((a!7 (and (>= (+ available a!2) warm)
                (>= (+ total a!2) minimum)
                (= a!4 0)
                (= (ite (>= a!6 0) a!6 0) 0))))
  (not a!7)))))))
(check-sat)
(exit)

; release_settles, claim: expected unsat
; Counted in addresses, after a release none is missing and none surplus. The release takes only available ones.
; Rules: R87, R88, R138.
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
; something is released
(assert (let ((a!1 (ite (>= (- available warm) 0) (- available warm) 0)))
(let ((a!2 (ite (<= a!1 (- total minimum)) a!1 (- total minimum))))
  (> (ite (>= a!2 0) a!2 0) 0))))
; (not the conclusions)
(assert (let ((a!1 (ite (>= (- available warm) 0) (- available warm) 0)))
(let ((a!2 (ite (<= a!1 (- total minimum)) a!1 (- total minimum))))
(let ((a!3 (>= (- available (ite (>= a!2 0) a!2 0)) warm))
      (a!4 (>= (- total (ite (>= a!2 0) a!2 0)) minimum))
      (a!5 (- warm (- available (ite (>= a!2 0) a!2 0))))
      (a!6 (- minimum (- total (ite (>= a!2 0) a!2 0))))
      (a!8 (- (- available (ite (>= a!2 0) a!2 0)) warm))
      (a!9 (- (- total (ite (>= a!2 0) a!2 0)) minimum)))
(let ((a!7 (ite (>= (ite (>= a!5 0) a!5 0) a!6) (ite (>= a!5 0) a!5 0) a!6))
      (a!10 (ite (<= (ite (>= a!8 0) a!8 0) a!9) (ite (>= a!8 0) a!8 0) a!9)))
(let ((a!11 (and (<= (ite (>= a!2 0) a!2 0) available)
                 a!3
                 a!4
                 (= a!7 0)
                 (= (ite (>= a!10 0) a!10 0) 0))))
  (not a!11)))))))
(check-sat)
(exit)

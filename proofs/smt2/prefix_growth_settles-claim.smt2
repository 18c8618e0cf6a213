; prefix_growth_settles, claim: expected unsat
; Counted in prefixes, once what is short was granted the pool is neither short nor over. Provided that the store's prefix counter has not drifted.
; Rules: R93.
(set-info :smt-lib-version 2.6)
(set-info :status unsat)
(set-logic QF_LIA)
(declare-fun warm () Int)
(declare-fun minimum () Int)
(declare-fun assigned () Int)
(declare-fun prefixes () Int)
(declare-fun free_prefixes () Int)
(declare-fun drift () Int)
; warm >= 0
(assert (>= warm 0))
; minimum >= 0
(assert (>= minimum 0))
; free_prefixes >= 0
(assert (>= free_prefixes 0))
; every other prefix has a pod
(assert (>= assigned (- prefixes free_prefixes)))
; the pods fit into them
(assert (<= assigned (* (- prefixes free_prefixes) 16)))
; the prefix counter has not drifted
(assert (= drift 0))
; something is missing
(assert (let ((a!1 (and (>= (- (* prefixes 16) assigned) warm)
                (>= (* prefixes 16) minimum))))
  (not a!1)))
; (not the conclusions)
(assert (let ((a!1 (>= (- warm (- (* prefixes 16) assigned)) 0)))
(let ((a!2 (ite a!1 (- warm (- (* prefixes 16) assigned)) 0)))
(let ((a!3 (ite (>= a!2 (- minimum (* prefixes 16)))
                a!2
                (- minimum (* prefixes 16)))))
(let ((a!4 (+ prefixes (div (- (+ a!3 16) 1) 16)))
      (a!9 (+ free_prefixes (div (- (+ a!3 16) 1) 16)))
      (a!10 (+ prefixes drift (div (- (+ a!3 16) 1) 16))))
(let ((a!5 (>= (- warm (- (* a!4 16) assigned)) 0))
      (a!11 (- a!10 (div (- (+ assigned warm 16) 1) 16)))
      (a!12 (- a!10 (div (- (+ minimum 16) 1) 16))))
(let ((a!6 (ite a!5 (- warm (- (* a!4 16) assigned)) 0))
      (a!13 (ite (<= a!9 (ite (<= a!11 a!12) a!11 a!12))
                 a!9
                 (ite (<= a!11 a!12) a!11 a!12))))
(let ((a!7 (ite (>= a!6 (- minimum (* a!4 16))) a!6 (- minimum (* a!4 16)))))
(let ((a!8 (= (div (- (+ a!7 16) 1) 16) 0)))
(let ((a!14 (and (>= (- (* a!4 16) assigned) warm)
                 (>= (* a!4 16) minimum)
                 a!8
                 (= (ite (>= a!13 0) a!13 0) 0))))
  (not a!14)))))))))))
(check-sat)
(exit)

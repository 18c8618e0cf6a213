; prefix_growth_settles, divisions: expected unsat
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
; (some division is not meant)
(assert (let ((a!1 (>= (- warm (- (* prefixes 16) assigned)) 0)))
(let ((a!2 (ite a!1 (- warm (- (* prefixes 16) assigned)) 0)))
(let ((a!3 (ite (>= a!2 (- minimum (* prefixes 16)))
                a!2
                (- minimum (* prefixes 16)))))
(let ((a!4 (+ prefixes (div (- (+ a!3 16) 1) 16))))
(let ((a!5 (>= (- warm (- (* a!4 16) assigned)) 0)))
(let ((a!6 (ite a!5 (- warm (- (* a!4 16) assigned)) 0)))
(let ((a!7 (ite (>= a!6 (- minimum (* a!4 16))) a!6 (- minimum (* a!4 16)))))
  (not (and (>= a!3 0) (>= (+ assigned warm) 0) (>= minimum 0) (>= a!7 0)))))))))))
(check-sat)
(exit)

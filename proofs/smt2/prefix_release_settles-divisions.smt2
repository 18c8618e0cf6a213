; prefix_release_settles, divisions: expected unsat
; Counted in prefixes, after a release the pool is neither short nor over. The release takes only free ones. Provided that the store's prefix counter has not drifted.
; Rules: R93, R138.
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
; something is released
(assert (let ((a!1 (- (+ prefixes drift) (div (- (+ assigned warm 16) 1) 16)))
      (a!2 (- (+ prefixes drift) (div (- (+ minimum 16) 1) 16))))
(let ((a!3 (ite (<= free_prefixes (ite (<= a!1 a!2) a!1 a!2))
                free_prefixes
                (ite (<= a!1 a!2) a!1 a!2))))
  (> (ite (>= a!3 0) a!3 0) 0))))
; (some division is not meant)
(assert (let ((a!1 (div (- (+ (+ assigned warm) 16) 1) 16))
      (a!2 (- (+ prefixes drift) (div (- (+ minimum 16) 1) 16))))
(let ((a!3 (ite (<= (- (+ prefixes drift) a!1) a!2)
                (- (+ prefixes drift) a!1)
                a!2)))
(let ((a!4 (ite (>= (ite (<= free_prefixes a!3) free_prefixes a!3) 0)
                (ite (<= free_prefixes a!3) free_prefixes a!3)
                0)))
(let ((a!5 (- warm (- (* (- prefixes a!4) 16) assigned))))
(let ((a!6 (>= (ite (>= a!5 0) a!5 0) (- minimum (* (- prefixes a!4) 16)))))
(let ((a!7 (ite a!6 (ite (>= a!5 0) a!5 0) (- minimum (* (- prefixes a!4) 16)))))
  (not (and (>= (+ assigned warm) 0)
            (>= minimum 0)
            (>= (+ assigned warm) 0)
            (>= minimum 0)
            (>= a!7 0))))))))))
(check-sat)
(exit)

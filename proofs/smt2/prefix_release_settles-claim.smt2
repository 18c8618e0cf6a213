; prefix_release_settles, claim: expected unsat
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
; (not the conclusions)
(assert (let ((a!1 (- (+ prefixes drift) (div (- (+ assigned warm 16) 1) 16)))
      (a!2 (- (+ prefixes drift) (div (- (+ minimum 16) 1) 16))))
(let ((a!3 (ite (<= free_prefixes (ite (<= a!1 a!2) a!1 a!2))
                free_prefixes
                (ite (<= a!1 a!2) a!1 a!2))))
(let ((a!4 (* (- prefixes (ite (>= a!3 0) a!3 0)) 16))
      (a!7 (- (+ prefixes drift) (ite (>= a!3 0) a!3 0))))
(let ((a!5 (ite (>= (- warm (- a!4 assigned)) 0) (- warm (- a!4 assigned)) 0))
      (a!8 (- a!7 (div (- (+ assigned warm 16) 1) 16)))
      (a!9 (- a!7 (div (- (+ minimum 16) 1) 16))))
(let ((a!6 (+ (ite (>= a!5 (- minimum a!4)) a!5 (- minimum a!4)) 16))
      (a!10 (<= (- free_prefixes (ite (>= a!3 0) a!3 0))
                (ite (<= a!8 a!9) a!8 a!9))))
(let ((a!11 (ite a!10
                 (- free_prefixes (ite (>= a!3 0) a!3 0))
                 (ite (<= a!8 a!9) a!8 a!9))))
(let ((a!12 (and (<= (ite (>= a!3 0) a!3 0) free_prefixes)
                 (>= (- a!4 assigned) warm)
                 (>= a!4 minimum)
                 (= (div (- a!6 1) 16) 0)
                 (= (ite (>= a!11 0) a!11 0) 0))))
  (not a!12)))))))))
(check-sat)
(exit)

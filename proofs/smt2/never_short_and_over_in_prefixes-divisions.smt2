; never_short_and_over_in_prefixes, divisions: expected unsat
; Counted in prefixes, the pool is never short and over at once. Provided that the store's prefix counter has not drifted (R24, R25).
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
; (some division is not meant)
(assert (let ((a!1 (>= (- warm (- (* prefixes 16) assigned)) 0)))
(let ((a!2 (ite a!1 (- warm (- (* prefixes 16) assigned)) 0)))
(let ((a!3 (ite (>= a!2 (- minimum (* prefixes 16)))
                a!2
                (- minimum (* prefixes 16)))))
  (not (and (>= a!3 0) (>= (+ assigned warm) 0) (>= minimum 0)))))))
(check-sat)
(exit)

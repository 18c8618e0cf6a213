; eni_deletion_leaves_no_shortage, claim: expected unsat
; Under warm IP targets nothing is missing without an ENI that may be deleted. In either mode, and however `short` is counted.
; Rules: R87, R93, R136.
(set-info :smt-lib-version 2.6)
(set-info :status unsat)
(set-logic QF_LIA)
(declare-fun warm () Int)
(declare-fun minimum () Int)
(declare-fun warm_prefix () Int)
(declare-fun prefix_mode () Bool)
(declare-fun others_available () Int)
(declare-fun others_total () Int)
(declare-fun others_free_cidrs () Int)
; warm >= 0
(assert (>= warm 0))
; minimum >= 0
(assert (>= minimum 0))
; available >= 0
(assert (>= others_available 0))
; available addresses are owned
(assert (<= others_available others_total))
; warm_prefix >= 0
(assert (>= warm_prefix 0))
; others_free_cidrs >= 0
(assert (>= others_free_cidrs 0))
; the other ENIs keep enough
(assert (let ((a!1 (* (div (- (+ warm 16) 1) 16) 16))
      (a!2 (* (div (- (+ minimum 16) 1) 16) 16)))
  (and (or (= warm 0) (>= others_available (ite prefix_mode a!1 warm)))
       (or (= minimum 0) (>= others_total (ite prefix_mode a!2 minimum)))
       (or (not prefix_mode)
           (= warm_prefix 0)
           (>= others_free_cidrs warm_prefix)))))
; (not the conclusions)
(assert (let ((a!1 (ite (>= (- warm others_available) 0) (- warm others_available) 0)))
(let ((a!2 (ite (>= a!1 (- minimum others_total)) a!1 (- minimum others_total))))
(let ((a!3 (= (div (- (+ a!2 16) 1) 16) 0)))
  (not (and (= a!2 0) a!3))))))
(check-sat)
(exit)

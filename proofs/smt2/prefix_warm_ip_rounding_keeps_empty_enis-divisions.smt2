; prefix_warm_ip_rounding_keeps_empty_enis, divisions: expected unsat
; In prefix mode under WARM_IP_TARGET or MINIMUM_IP_TARGET, Wi = 15, K = 3 and Q = 1, three ENIs with one prefix and one pod between them are at rest: 19 addresses, though the others of an empty ENI keep Wi available, because R136 rounds Wi up to a whole prefix.
; Rules: R136.
; Rests on: prefix_warm_ip_invariants.
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (sums_of_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (full_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (prefix_warm_ip_invariants).
(set-info :smt-lib-version 2.6)
(set-info :status unsat)
(set-logic QF_NIA)
(declare-fun warm () Int)
(declare-fun minimum () Int)
(declare-fun warm_prefix () Int)
(declare-fun prefix_mode () Bool)
(declare-fun max_enis () Int)
(declare-fun slots () Int)
(declare-fun peak () Int)
(declare-fun enis () Int)
(declare-fun cidrs () Int)
(declare-fun assigned () Int)
(declare-fun free_cidrs () Int)
(declare-fun eni_cidrs () Int)
(declare-fun eni_assigned () Int)
(declare-fun eni_free_cidrs () Int)
(declare-fun primary () Bool)
; prefix mode
(assert prefix_mode)
; a warm IP target governs
(assert (or (distinct warm 0) (distinct minimum 0)))
; 3 ENIs of 1 prefix
(assert (and (= max_enis 3) (= slots 1)))
; Wi is one less than a prefix
(assert (= warm 15))
; m and Wp are 0
(assert (and (= minimum 0) (= warm_prefix 0)))
; pods filled the node before
(assert (= peak 48))
; one pod is left
(assert (= assigned 1))
; it is on the only prefix
(assert (and (= enis 3) (= cidrs 1) (= free_cidrs 0)))
; the ENI has all or nothing
(assert (ite primary
     (and (= eni_cidrs 1) (= eni_assigned 1) (= eni_free_cidrs 0))
     (and (= eni_cidrs 0) (= eni_assigned 0) (= eni_free_cidrs 0))))
; (some division is not meant)
(assert (let ((a!1 (ite (= warm 0)
                minimum
                (ite (>= (+ peak warm) minimum) (+ peak warm) minimum)))
      (a!2 (>= (ite (>= (+ assigned warm) minimum) (+ assigned warm) minimum) 0))
      (a!5 (>= (- warm (- (* cidrs 16) assigned)) 0)))
(let ((a!3 (<= (div (- (+ a!1 16) 1) 16) (* max_enis slots)))
      (a!6 (ite a!5 (- warm (- (* cidrs 16) assigned)) 0)))
(let ((a!4 (ite a!3 (div (- (+ a!1 16) 1) 16) (* max_enis slots)))
      (a!7 (ite (>= a!6 (- minimum (* cidrs 16))) a!6 (- minimum (* cidrs 16)))))
  (not (and (>= a!1 0)
            a!2
            (>= a!1 0)
            (>= a!4 0)
            (>= slots 1)
            (>= a!7 0)
            (>= a!7 0)
            (>= a!7 0)
            (>= a!7 0)
            (>= a!7 0)
            (>= (+ assigned warm) 0)
            (>= minimum 0)
            (>= a!7 0)
            (>= warm 0)
            (>= minimum 0)))))))
(check-sat)
(exit)

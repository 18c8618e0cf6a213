; prefix_growth_below_max_pods: a pool grows, divisions: expected unsat
; In prefix mode with max pods C a pool grows only with at most a = 16 (ceil(C / 16) - 1) pods; so under WARM_IP_TARGET or MINIMUM_IP_TARGET it never owns more prefixes, or attaches more ENIs, than without max pods and with a peak of min(P, a).
; Rules: R79, R80.
; Rests on: max_pods_only_hold_back.
; Rests on: prefix_warm_ip_reserved_within_bound.
; On paper: a run whose every step is also one without max pods is a run without them (max_pods_only_hold_back).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (sums_of_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (full_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (prefix_warm_ip_invariants).
; On paper: prefixes and ENIs come by growth alone, so a bound for the peak of pods is one for the pods that growth sees (prefix_growth_below_max_pods).
(set-info :smt-lib-version 2.6)
(set-info :status unsat)
(set-logic QF_NIA)
(declare-fun warm () Int)
(declare-fun minimum () Int)
(declare-fun warm_eni () Int)
(declare-fun warm_prefix () Int)
(declare-fun prefix_mode () Bool)
(declare-fun max_enis () Int)
(declare-fun slots () Int)
(declare-fun peak () Int)
(declare-fun max_pods () Int)
(declare-fun cidrs () Int)
(declare-fun assigned () Int)
; an ENI may be attached
(assert (>= max_enis 1))
; an ENI has a slot
(assert (>= slots 1))
; WARM_IP_TARGET >= 0
(assert (>= warm 0))
; MINIMUM_IP_TARGET >= 0
(assert (>= minimum 0))
; WARM_ENI_TARGET >= 0
(assert (>= warm_eni 0))
; WARM_PREFIX_TARGET >= 0
(assert (>= warm_prefix 0))
; the peak is a number of pods
(assert (>= peak 0))
; max pods >= 0
(assert (>= max_pods 0))
; the pool is too low
(assert (let ((a!1 (>= (- warm (- (* cidrs 16) assigned)) 0))
      (a!5 (< (- (* cidrs 16) assigned)
              (* (ite prefix_mode 16 (* slots 16))
                 (ite prefix_mode warm_prefix warm_eni))))
      (a!6 (and (= (ite prefix_mode warm_prefix warm_eni) 0)
                (= (- (* cidrs 16) assigned) 0))))
(let ((a!2 (ite a!1 (- warm (- (* cidrs 16) assigned)) 0)))
(let ((a!3 (ite (>= a!2 (- minimum (* cidrs 16))) a!2 (- minimum (* cidrs 16)))))
(let ((a!4 (ite prefix_mode (div (- (+ a!3 16) 1) 16) a!3)))
  (and (< (* cidrs 16) max_pods)
       (ite (or (distinct warm 0) (distinct minimum 0)) (> a!4 0) (or a!5 a!6))))))))
; (some division is not meant)
(assert (let ((a!1 (>= (- warm (- (* cidrs 16) assigned)) 0)))
(let ((a!2 (ite a!1 (- warm (- (* cidrs 16) assigned)) 0)))
(let ((a!3 (ite (>= a!2 (- minimum (* cidrs 16))) a!2 (- minimum (* cidrs 16)))))
  (not (>= a!3 0))))))
(check-sat)
(exit)

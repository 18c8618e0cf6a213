; max_pods_only_hold_back: free, blocks of 16, claim: expected unsat
; Max pods allow no step that is not allowed without them, in any mode and under any setting: what holds of all steps and states without max pods holds with them.
; Rules: R79, R80.
; On paper: a run whose every step is also one without max pods is a run without them (max_pods_only_hold_back).
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
(declare-fun enis () Int)
(declare-fun cidrs () Int)
(declare-fun assigned () Int)
(declare-fun free_cidrs () Int)
(declare-fun eni_cidrs () Int)
(declare-fun eni_assigned () Int)
(declare-fun eni_free_cidrs () Int)
(declare-fun primary () Bool)
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
; free CIDRs are counted
(assert (>= free_cidrs 0))
; free CIDRs are owned
(assert (>= (- cidrs free_cidrs) 0))
; CIDRs that are not free have pods
(assert (>= assigned (- cidrs free_cidrs)))
; the pods fit into them
(assert (<= assigned (* (- cidrs free_cidrs) 16)))
; the ENI may be freed
(assert (let ((a!1 (>= (- (* cidrs 16) assigned)
               (* (+ (ite prefix_mode warm_prefix warm_eni) 1) slots 16)))
      (a!2 (and prefix_mode (not (or primary (> eni_assigned 0)))))
      (a!3 (* (div (- (+ warm 16) 1) 16) 16))
      (a!5 (* (div (- (+ minimum 16) 1) 16) 16)))
(let ((a!4 (>= (- (* (- cidrs eni_cidrs) 16) (- assigned eni_assigned))
               (ite prefix_mode a!3 warm)))
      (a!6 (or (= minimum 0)
               (>= (* (- cidrs eni_cidrs) 16) (ite prefix_mode a!5 minimum)))))
  (and (or (distinct warm 0) (distinct minimum 0) a!1 a!2)
       (not primary)
       (not (and primary (not primary)))
       (not (and primary (not primary)))
       (not (> eni_assigned 0))
       (or (= warm 0) a!4)
       a!6
       (or (not prefix_mode)
           (= warm_prefix 0)
           (>= (- free_cidrs eni_free_cidrs) warm_prefix))))))
; (not the conclusions)
(assert (let ((a!1 (>= (- (* cidrs 16) assigned)
               (* (+ (ite prefix_mode warm_prefix warm_eni) 1) slots 16)))
      (a!2 (and prefix_mode (not (or primary (> eni_assigned 0)))))
      (a!3 (* (div (- (+ warm 16) 1) 16) 16))
      (a!5 (* (div (- (+ minimum 16) 1) 16) 16)))
(let ((a!4 (>= (- (* (- cidrs eni_cidrs) 16) (- assigned eni_assigned))
               (ite prefix_mode a!3 warm)))
      (a!6 (or (= minimum 0)
               (>= (* (- cidrs eni_cidrs) 16) (ite prefix_mode a!5 minimum)))))
(let ((a!7 (and (or (distinct warm 0) (distinct minimum 0) a!1 a!2)
                (not primary)
                (not (and primary (not primary)))
                (not (and primary (not primary)))
                (not (> eni_assigned 0))
                (or (= warm 0) a!4)
                a!6
                (or (not prefix_mode)
                    (= warm_prefix 0)
                    (>= (- free_cidrs eni_free_cidrs) warm_prefix))
                (= (- enis 1) (- enis 1))
                (= (- cidrs eni_cidrs) (- cidrs eni_cidrs))
                (= (- assigned eni_assigned) (- assigned eni_assigned))
                (= (- free_cidrs eni_free_cidrs) (- free_cidrs eni_free_cidrs))
                (= eni_cidrs eni_cidrs)
                (= eni_assigned eni_assigned)
                (= eni_free_cidrs eni_free_cidrs))))
  (not a!7)))))
(check-sat)
(exit)

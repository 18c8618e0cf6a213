; max_pods_only_hold_back: delete, blocks of 1, claim: expected unsat
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
(declare-fun whole () Bool)
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
(assert (<= assigned (* (- cidrs free_cidrs) 1)))
; the ENI has a pod
(assert (> eni_assigned 0))
; the CIDRs left have room for the pods left
(assert (let ((a!1 (+ eni_free_cidrs
              (ite whole (+ (- eni_cidrs eni_cidrs) 1) (- eni_cidrs eni_cidrs)))))
(let ((a!2 (<= (+ eni_assigned (- 1)) (* (- (+ eni_cidrs 0) a!1) 1))))
  (and (>= a!1 0)
       (>= (- (+ eni_cidrs 0) a!1) 0)
       (>= (+ eni_assigned (- 1)) (- (+ eni_cidrs 0) a!1))
       a!2))))
; (not the conclusions)
(assert (let ((a!1 (ite whole (+ (- eni_cidrs eni_cidrs) 1) (- eni_cidrs eni_cidrs))))
(let ((a!2 (<= (+ eni_assigned (- 1))
               (* (- (+ eni_cidrs 0) (+ eni_free_cidrs a!1)) 1))))
(let ((a!3 (and (> eni_assigned 0)
                (>= (+ eni_free_cidrs a!1) 0)
                (>= (- (+ eni_cidrs 0) (+ eni_free_cidrs a!1)) 0)
                (>= (+ eni_assigned (- 1))
                    (- (+ eni_cidrs 0) (+ eni_free_cidrs a!1)))
                a!2
                (= enis enis)
                (= (+ cidrs 0) (+ cidrs 0))
                (= (+ assigned (- 1)) (+ assigned (- 1)))
                (= (+ free_cidrs a!1) (+ free_cidrs a!1))
                (= (+ eni_cidrs 0) (+ eni_cidrs 0))
                (= (+ eni_assigned (- 1)) (+ eni_assigned (- 1)))
                (= (+ eni_free_cidrs a!1) (+ eni_free_cidrs a!1)))))
  (not a!3)))))
(check-sat)
(exit)

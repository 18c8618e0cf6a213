; max_pods_only_hold_back: release, blocks of 16, claim: expected unsat
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
(declare-fun share () Int)
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
; the pool is too high
(assert (let ((a!1 (- cidrs (div (- (+ assigned warm 16) 1) 16)))
      (a!2 (- cidrs (div (- (+ minimum 16) 1) 16)))
      (a!4 (>= (- (- (* cidrs 16) assigned) warm) 0))
      (a!8 (ite prefix_mode
                (ite (>= (- free_cidrs warm_prefix) 0)
                     (- free_cidrs warm_prefix)
                     0)
                0)))
(let ((a!3 (ite (<= free_cidrs (ite (<= a!1 a!2) a!1 a!2))
                free_cidrs
                (ite (<= a!1 a!2) a!1 a!2)))
      (a!5 (ite a!4 (- (- (* cidrs 16) assigned) warm) 0)))
(let ((a!6 (ite (<= a!5 (- (* cidrs 16) minimum)) a!5 (- (* cidrs 16) minimum))))
(let ((a!7 (ite prefix_mode (ite (>= a!3 0) a!3 0) (ite (>= a!6 0) a!6 0))))
(let ((a!9 (ite (ite (or (distinct warm 0) (distinct minimum 0))
                     (> a!7 0)
                     (and prefix_mode (> free_cidrs warm_prefix)))
                (ite (or (distinct warm 0) (distinct minimum 0)) a!7 a!8)
                0)))
  (> a!9 0)))))))
; the ENI gives what it has
(assert (and (>= share 0) (<= share eni_free_cidrs)))
; the others give the rest
(assert (let ((a!1 (- cidrs (div (- (+ assigned warm 16) 1) 16)))
      (a!2 (- cidrs (div (- (+ minimum 16) 1) 16)))
      (a!4 (>= (- (- (* cidrs 16) assigned) warm) 0))
      (a!8 (ite prefix_mode
                (ite (>= (- free_cidrs warm_prefix) 0)
                     (- free_cidrs warm_prefix)
                     0)
                0)))
(let ((a!3 (ite (<= free_cidrs (ite (<= a!1 a!2) a!1 a!2))
                free_cidrs
                (ite (<= a!1 a!2) a!1 a!2)))
      (a!5 (ite a!4 (- (- (* cidrs 16) assigned) warm) 0)))
(let ((a!6 (ite (<= a!5 (- (* cidrs 16) minimum)) a!5 (- (* cidrs 16) minimum))))
(let ((a!7 (ite prefix_mode (ite (>= a!3 0) a!3 0) (ite (>= a!6 0) a!6 0))))
(let ((a!9 (ite (ite (or (distinct warm 0) (distinct minimum 0))
                     (> a!7 0)
                     (and prefix_mode (> free_cidrs warm_prefix)))
                (ite (or (distinct warm 0) (distinct minimum 0)) a!7 a!8)
                0)))
  (and (>= (- a!9 share) 0) (<= (- a!9 share) (- free_cidrs eni_free_cidrs)))))))))
; (not the conclusions)
(assert (let ((a!1 (- cidrs (div (- (+ assigned warm 16) 1) 16)))
      (a!2 (- cidrs (div (- (+ minimum 16) 1) 16)))
      (a!4 (>= (- (- (* cidrs 16) assigned) warm) 0))
      (a!8 (ite prefix_mode
                (ite (>= (- free_cidrs warm_prefix) 0)
                     (- free_cidrs warm_prefix)
                     0)
                0)))
(let ((a!3 (ite (<= free_cidrs (ite (<= a!1 a!2) a!1 a!2))
                free_cidrs
                (ite (<= a!1 a!2) a!1 a!2)))
      (a!5 (ite a!4 (- (- (* cidrs 16) assigned) warm) 0)))
(let ((a!6 (ite (<= a!5 (- (* cidrs 16) minimum)) a!5 (- (* cidrs 16) minimum))))
(let ((a!7 (ite prefix_mode (ite (>= a!3 0) a!3 0) (ite (>= a!6 0) a!6 0))))
(let ((a!9 (ite (ite (or (distinct warm 0) (distinct minimum 0))
                     (> a!7 0)
                     (and prefix_mode (> free_cidrs warm_prefix)))
                (ite (or (distinct warm 0) (distinct minimum 0)) a!7 a!8)
                0)))
(let ((a!10 (and (> a!9 0)
                 (>= share 0)
                 (<= share eni_free_cidrs)
                 (>= (- a!9 share) 0)
                 (<= (- a!9 share) (- free_cidrs eni_free_cidrs))
                 (= enis enis)
                 (= (- cidrs a!9) (- cidrs a!9))
                 (= (- assigned (- share share)) (- assigned (- share share)))
                 (= (- free_cidrs a!9) (- free_cidrs a!9))
                 (= (- eni_cidrs share) (- eni_cidrs share))
                 (= (- eni_assigned (- share share))
                    (- eni_assigned (- share share)))
                 (= (- eni_free_cidrs share) (- eni_free_cidrs share)))))
  (not a!10))))))))
(check-sat)
(exit)

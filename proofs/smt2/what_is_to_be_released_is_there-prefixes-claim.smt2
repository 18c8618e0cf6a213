; what_is_to_be_released_is_there: prefixes, claim: expected unsat
; No more CIDRs are to be released than are free: then a release is possible.
; Rules: R88, R93, R131, R138.
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
(declare-fun cidrs () Int)
(declare-fun assigned () Int)
(declare-fun free_cidrs () Int)
; prefix mode
(assert prefix_mode)
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
; free CIDRs are counted
(assert (>= free_cidrs 0))
; free CIDRs are owned
(assert (>= (- cidrs free_cidrs) 0))
; CIDRs that are not free have pods
(assert (>= assigned (- cidrs free_cidrs)))
; the pods fit into them
(assert (<= assigned (* (- cidrs free_cidrs) 16)))
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
  (not (<= a!9 free_cidrs))))))))
(check-sat)
(exit)

; full_enis: no room, addresses, divisions: expected unsat
; Where the pool is too low and no ENI has room, all slots of all ENIs are taken.
; Rules: R79, R98, R99, R5.
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (full_enis).
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
(declare-fun eni_cidrs () Int)
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
(assert (<= assigned (* (- cidrs free_cidrs) 1)))
; no ENI holds more CIDRs than it has slots
(assert (<= eni_cidrs slots))
; the pool is too low
(assert (let ((a!1 (>= (- warm (- (* cidrs 1) assigned)) 0))
      (a!5 (< (- (* cidrs 1) assigned)
              (* (ite prefix_mode 1 (* slots 1))
                 (ite prefix_mode warm_prefix warm_eni))))
      (a!6 (and (= (ite prefix_mode warm_prefix warm_eni) 0)
                (= (- (* cidrs 1) assigned) 0))))
(let ((a!2 (ite a!1 (- warm (- (* cidrs 1) assigned)) 0)))
(let ((a!3 (ite (>= a!2 (- minimum (* cidrs 1))) a!2 (- minimum (* cidrs 1)))))
(let ((a!4 (ite prefix_mode (div (- (+ a!3 1) 1) 1) a!3)))
  (ite (or (distinct warm 0) (distinct minimum 0)) (> a!4 0) (or a!5 a!6)))))))
; no ENI has room
(assert (let ((a!1 (ite (>= (- slots eni_cidrs) 0) (- slots eni_cidrs) 0))
      (a!2 (>= (- warm (- (* cidrs 1) assigned)) 0)))
(let ((a!3 (ite a!2 (- warm (- (* cidrs 1) assigned)) 0)))
(let ((a!4 (ite (>= a!3 (- minimum (* cidrs 1))) a!3 (- minimum (* cidrs 1)))))
(let ((a!5 (ite prefix_mode (div (- (+ a!4 1) 1) 1) a!4)))
(let ((a!6 (ite (or (distinct warm 0) (distinct minimum 0))
                a!5
                (ite (>= (- warm_prefix free_cidrs) 0)
                     (- warm_prefix free_cidrs)
                     0))))
(let ((a!7 (ite prefix_mode
                (ite (>= a!6 1) a!6 1)
                (ite (or (distinct warm 0) (distinct minimum 0)) a!5 slots))))
  (<= (ite (<= a!1 a!7) a!1 a!7) 0))))))))
; (some division is not meant)
(assert (let ((a!1 (>= (- warm (- (* cidrs 1) assigned)) 0)))
(let ((a!2 (ite a!1 (- warm (- (* cidrs 1) assigned)) 0)))
(let ((a!3 (ite (>= a!2 (- minimum (* cidrs 1))) a!2 (- minimum (* cidrs 1)))))
  (not (and (>= a!3 0) (>= a!3 0)))))))
(check-sat)
(exit)

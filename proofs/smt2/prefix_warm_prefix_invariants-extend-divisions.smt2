; prefix_warm_prefix_invariants: extend, divisions: expected unsat
; In prefix mode under WARM_PREFIX_TARGET alone, every step keeps to the caps, owns no more prefixes than the peak of pods and the targets ask for, and attaches an ENI only where all others are full.
; Rules: R5, R33, R79, R99, R101, R107, R108, R138, R131, R133, R136.
; Rests on: sums_of_enis.
; Rests on: full_enis.
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (sums_of_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (full_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (prefix_warm_prefix_invariants).
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
; no warm IP target governs
(assert (not (or (distinct warm 0) (distinct minimum 0))))
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
; of the ENI: free CIDRs are counted
(assert (>= eni_free_cidrs 0))
; of the ENI: free CIDRs are owned
(assert (>= (- eni_cidrs eni_free_cidrs) 0))
; of the ENI: CIDRs that are not free have pods
(assert (>= eni_assigned (- eni_cidrs eni_free_cidrs)))
; of the ENI: the pods fit into them
(assert (<= eni_assigned (* (- eni_cidrs eni_free_cidrs) 16)))
; no ENI holds more CIDRs than it has slots
(assert (<= eni_cidrs slots))
; no more ENIs are attached than may be
(assert (<= enis max_enis))
; the primary ENI is attached
(assert (>= enis 1))
; there are never more pods than the peak
(assert (<= assigned peak))
; no more prefixes are owned than pods and targets ask for
(assert (let ((a!1 (+ (div (- (+ peak 16) 1) 16) (* 2 warm_prefix))))
(let ((a!2 (ite (= warm_prefix 0)
                (+ (div peak 16) 1)
                (ite (<= (+ peak warm_prefix) (- a!1 1))
                     (+ peak warm_prefix)
                     (- a!1 1)))))
  (<= cidrs a!2))))
; no more ENIs are attached than these prefixes need
(assert (let ((a!1 (+ (div (- (+ peak 16) 1) 16) (* 2 warm_prefix))))
(let ((a!2 (ite (= warm_prefix 0)
                (+ (div peak 16) 1)
                (ite (<= (+ peak warm_prefix) (- a!1 1))
                     (+ peak warm_prefix)
                     (- a!1 1)))))
  (or (= enis 1) (< (* (- enis 1) slots) a!2)))))
; an ENI besides the primary one makes two
(assert (or primary (>= enis 2)))
; of all ENIs: free CIDRs are counted
(assert (>= free_cidrs 0))
; of all ENIs: free CIDRs are owned
(assert (>= (- cidrs free_cidrs) 0))
; of all ENIs: CIDRs that are not free have pods
(assert (>= assigned (- cidrs free_cidrs)))
; of all ENIs: the pods fit into them
(assert (<= assigned (* (- cidrs free_cidrs) 16)))
; of all ENIs: their CIDRs fit into their slots
(assert (<= cidrs (* enis slots)))
; of the other ENIs: free CIDRs are counted
(assert (>= (- free_cidrs eni_free_cidrs) 0))
; of the other ENIs: free CIDRs are owned
(assert (>= (- (- cidrs eni_cidrs) (- free_cidrs eni_free_cidrs)) 0))
; of the other ENIs: CIDRs that are not free have pods
(assert (>= (- assigned eni_assigned)
    (- (- cidrs eni_cidrs) (- free_cidrs eni_free_cidrs))))
; of the other ENIs: the pods fit into them
(assert (<= (- assigned eni_assigned)
    (* (- (- cidrs eni_cidrs) (- free_cidrs eni_free_cidrs)) 16)))
; of the other ENIs: their CIDRs fit into their slots
(assert (<= (- cidrs eni_cidrs) (* (- enis 1) slots)))
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
  (ite (or (distinct warm 0) (distinct minimum 0)) (> a!4 0) (or a!5 a!6)))))))
; the ENI has room
(assert (let ((a!1 (ite (>= (- slots eni_cidrs) 0) (- slots eni_cidrs) 0))
      (a!2 (>= (- warm (- (* cidrs 16) assigned)) 0)))
(let ((a!3 (ite a!2 (- warm (- (* cidrs 16) assigned)) 0)))
(let ((a!4 (ite (>= a!3 (- minimum (* cidrs 16))) a!3 (- minimum (* cidrs 16)))))
(let ((a!5 (ite prefix_mode (div (- (+ a!4 16) 1) 16) a!4)))
(let ((a!6 (ite (or (distinct warm 0) (distinct minimum 0))
                a!5
                (ite (>= (- warm_prefix free_cidrs) 0)
                     (- warm_prefix free_cidrs)
                     0))))
(let ((a!7 (ite prefix_mode
                (ite (>= a!6 1) a!6 1)
                (ite (or (distinct warm 0) (distinct minimum 0)) a!5 slots))))
  (> (ite (<= a!1 a!7) a!1 a!7) 0))))))))
; (some division is not meant)
(assert (let ((a!1 (>= (- warm (- (* cidrs 16) assigned)) 0)))
(let ((a!2 (ite a!1 (- warm (- (* cidrs 16) assigned)) 0)))
(let ((a!3 (ite (>= a!2 (- minimum (* cidrs 16))) a!2 (- minimum (* cidrs 16)))))
  (not (and (>= a!3 0)
            (>= a!3 0)
            (>= peak 0)
            (>= peak 0)
            (>= peak 0)
            (>= peak 0)
            (>= peak 0)
            (>= peak 0)
            (>= peak 0)
            (>= peak 0)))))))
(check-sat)
(exit)

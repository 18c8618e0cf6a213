; warm_eni_reserved_at_rest_within_bound: ENIs, divisions: expected unsat
; Under WARM_ENI_TARGET = We alone a node at rest with p pods has at most min(N, max(We + ceil(p / M), p + 1)) ENIs, N being the most it ever attaches with its peak and max pods, and reserves at most so many times M + 1 addresses.
; Rules: R79, R98, R101, R107, R133, R136.
; Rests on: warm_eni_reserved_within_bound.
; Rests on: full_enis.
; Rests on: warm_eni_idle_enis_go.
; Rests on: enis_not_yet_enough.
; Rests on: fewer_enis_reserve_fewer.
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (sums_of_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (full_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (warm_eni_invariants).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (warm_eni_idle_enis_go).
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
; secondary-address mode
(assert (not prefix_mode))
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
; max pods >= 0
(assert (>= max_pods 0))
; of the ENI: free CIDRs are counted
(assert (>= eni_free_cidrs 0))
; of the ENI: free CIDRs are owned
(assert (>= (- eni_cidrs eni_free_cidrs) 0))
; of the ENI: CIDRs that are not free have pods
(assert (>= eni_assigned (- eni_cidrs eni_free_cidrs)))
; of the ENI: the pods fit into them
(assert (<= eni_assigned (* (- eni_cidrs eni_free_cidrs) 1)))
; no ENI holds more CIDRs than it has slots
(assert (<= eni_cidrs slots))
; no more ENIs are attached than may be
(assert (<= enis max_enis))
; the primary ENI is attached
(assert (>= enis 1))
; there are never more pods than the peak
(assert (<= assigned peak))
; all ENIs are full, or the primary one is alone and empty
(assert (or (= cidrs (* enis slots)) (and (= enis 1) (= cidrs 0))))
; no more ENIs are attached than pods and target ask for
(assert (let ((a!1 (+ peak (ite (>= (* slots warm_eni) 1) (* slots warm_eni) 1))))
  (< (* (- enis 1) slots) a!1)))
; less than one ENI's worth is owned above max pods
(assert (or (= cidrs 0) (< cidrs (+ max_pods slots))))
; an ENI besides the primary one makes two
(assert (or primary (>= enis 2)))
; of all ENIs: free CIDRs are counted
(assert (>= free_cidrs 0))
; of all ENIs: free CIDRs are owned
(assert (>= (- cidrs free_cidrs) 0))
; of all ENIs: CIDRs that are not free have pods
(assert (>= assigned (- cidrs free_cidrs)))
; of all ENIs: the pods fit into them
(assert (<= assigned (* (- cidrs free_cidrs) 1)))
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
    (* (- (- cidrs eni_cidrs) (- free_cidrs eni_free_cidrs)) 1)))
; of the other ENIs: their CIDRs fit into their slots
(assert (<= (- cidrs eni_cidrs) (* (- enis 1) slots)))
; the ENI is not filled
(assert (let ((a!1 (>= (- warm (- (* cidrs 1) assigned)) 0))
      (a!5 (< (- (* cidrs 1) assigned)
              (* (ite prefix_mode 1 (* slots 1))
                 (ite prefix_mode warm_prefix warm_eni))))
      (a!6 (and (= (ite prefix_mode warm_prefix warm_eni) 0)
                (= (- (* cidrs 1) assigned) 0)))
      (a!7 (ite (>= (- slots eni_cidrs) 0) (- slots eni_cidrs) 0)))
(let ((a!2 (ite a!1 (- warm (- (* cidrs 1) assigned)) 0)))
(let ((a!3 (ite (>= a!2 (- minimum (* cidrs 1))) a!2 (- minimum (* cidrs 1)))))
(let ((a!4 (ite prefix_mode (div (- (+ a!3 1) 1) 1) a!3)))
(let ((a!8 (ite (or (distinct warm 0) (distinct minimum 0))
                a!4
                (ite (>= (- warm_prefix free_cidrs) 0)
                     (- warm_prefix free_cidrs)
                     0))))
(let ((a!9 (ite prefix_mode
                (ite (>= a!8 1) a!8 1)
                (ite (or (distinct warm 0) (distinct minimum 0)) a!4 slots))))
(let ((a!10 (and (< (* cidrs 1) max_pods)
                 (ite (or (distinct warm 0) (distinct minimum 0))
                      (> a!4 0)
                      (or a!5 a!6))
                 (> (ite (<= a!7 a!9) a!7 a!9) 0))))
  (not a!10)))))))))
; where the pool is too low, ENIs without room are full
(assert (let ((a!1 (>= (- warm (- (* cidrs 1) assigned)) 0))
      (a!5 (< (- (* cidrs 1) assigned)
              (* (ite prefix_mode 1 (* slots 1))
                 (ite prefix_mode warm_prefix warm_eni))))
      (a!6 (and (= (ite prefix_mode warm_prefix warm_eni) 0)
                (= (- (* cidrs 1) assigned) 0))))
(let ((a!2 (ite a!1 (- warm (- (* cidrs 1) assigned)) 0)))
(let ((a!3 (ite (>= a!2 (- minimum (* cidrs 1))) a!2 (- minimum (* cidrs 1)))))
(let ((a!4 (ite prefix_mode (div (- (+ a!3 1) 1) 1) a!3)))
(let ((a!7 (and (< (* cidrs 1) max_pods)
                (ite (or (distinct warm 0) (distinct minimum 0))
                     (> a!4 0)
                     (or a!5 a!6)))))
  (or (not a!7) (= cidrs (* enis slots)))))))))
; no ENI comes
(assert (let ((a!1 (>= (- warm (- (* cidrs 1) assigned)) 0))
      (a!5 (< (- (* cidrs 1) assigned)
              (* (ite prefix_mode 1 (* slots 1))
                 (ite prefix_mode warm_prefix warm_eni))))
      (a!6 (and (= (ite prefix_mode warm_prefix warm_eni) 0)
                (= (- (* cidrs 1) assigned) 0)))
      (a!7 (ite (>= (- slots eni_cidrs) 0) (- slots eni_cidrs) 0))
      (a!12 (< enis (- (- max_enis (- enis enis)) (- enis enis)))))
(let ((a!2 (ite a!1 (- warm (- (* cidrs 1) assigned)) 0)))
(let ((a!3 (ite (>= a!2 (- minimum (* cidrs 1))) a!2 (- minimum (* cidrs 1)))))
(let ((a!4 (ite prefix_mode (div (- (+ a!3 1) 1) 1) a!3)))
(let ((a!8 (ite (or (distinct warm 0) (distinct minimum 0))
                a!4
                (ite (>= (- warm_prefix free_cidrs) 0)
                     (- warm_prefix free_cidrs)
                     0))))
(let ((a!9 (ite prefix_mode
                (ite (>= a!8 1) a!8 1)
                (ite (or (distinct warm 0) (distinct minimum 0)) a!4 slots)))
      (a!10 (ite (<= (ite (>= a!8 1) a!8 1) slots) (ite (>= a!8 1) a!8 1) slots)))
(let ((a!11 (ite prefix_mode
                 a!10
                 (ite (or (distinct warm 0) (distinct minimum 0))
                      (ite (<= a!4 slots) a!4 slots)
                      slots))))
(let ((a!13 (and (< (* cidrs 1) max_pods)
                 (ite (or (distinct warm 0) (distinct minimum 0))
                      (> a!4 0)
                      (or a!5 a!6))
                 (<= (ite (<= a!7 a!9) a!7 a!9) 0)
                 (> a!11 0)
                 a!12
                 (= cidrs (* enis slots)))))
  (not a!13))))))))))
; nothing is released
(assert (let ((a!1 (- cidrs (div (- (+ assigned warm 1) 1) 1)))
      (a!2 (- cidrs (div (- (+ minimum 1) 1) 1)))
      (a!4 (>= (- (- (* cidrs 1) assigned) warm) 0))
      (a!8 (ite prefix_mode
                (ite (>= (- free_cidrs warm_prefix) 0)
                     (- free_cidrs warm_prefix)
                     0)
                0)))
(let ((a!3 (ite (<= free_cidrs (ite (<= a!1 a!2) a!1 a!2))
                free_cidrs
                (ite (<= a!1 a!2) a!1 a!2)))
      (a!5 (ite a!4 (- (- (* cidrs 1) assigned) warm) 0)))
(let ((a!6 (ite (<= a!5 (- (* cidrs 1) minimum)) a!5 (- (* cidrs 1) minimum))))
(let ((a!7 (ite prefix_mode (ite (>= a!3 0) a!3 0) (ite (>= a!6 0) a!6 0))))
(let ((a!9 (ite (ite (or (distinct warm 0) (distinct minimum 0))
                     (> a!7 0)
                     (and prefix_mode (> free_cidrs warm_prefix)))
                (ite (or (distinct warm 0) (distinct minimum 0)) a!7 a!8)
                0)))
  (<= a!9 0)))))))
; the ENI does not go
(assert (let ((a!1 (>= (- (* cidrs 1) assigned)
               (* (+ (ite prefix_mode warm_prefix warm_eni) 1) slots 1)))
      (a!2 (and prefix_mode (not (or primary (> eni_assigned 0)))))
      (a!3 (* (div (- (+ warm 1) 1) 1) 1))
      (a!5 (* (div (- (+ minimum 1) 1) 1) 1)))
(let ((a!4 (>= (- (* (- cidrs eni_cidrs) 1) (- assigned eni_assigned))
               (ite prefix_mode a!3 warm)))
      (a!6 (or (= minimum 0)
               (>= (* (- cidrs eni_cidrs) 1) (ite prefix_mode a!5 minimum)))))
(let ((a!7 (and (or (distinct warm 0) (distinct minimum 0) a!1 a!2)
                (not primary)
                (not (and primary (not primary)))
                (not (and primary (not primary)))
                (not (> eni_assigned 0))
                (or (= warm 0) a!4)
                a!6
                (or (not prefix_mode)
                    (= warm_prefix 0)
                    (>= (- free_cidrs eni_free_cidrs) warm_prefix)))))
  (not a!7)))))
; where ENIs would go, each but the primary one has a pod
(assert (or (< (- (* cidrs 1) assigned) (+ (* slots warm_eni) slots))
    (>= assigned (- enis 1))))
; enis_not_yet_enough: those before the last one, less the warm ones
(assert (let ((a!1 (< (* (- (- enis warm_eni) 1) slots) assigned))
      (a!2 (< (- (- enis warm_eni) 1) (div (- (+ assigned slots) 1) slots))))
  (or (not (and (>= slots 1) (>= assigned 0) a!1)) a!2)))
; (some division is not meant)
(assert (let ((a!1 (>= (- warm (- (* cidrs 1) assigned)) 0)))
(let ((a!2 (ite a!1 (- warm (- (* cidrs 1) assigned)) 0)))
(let ((a!3 (ite (>= a!2 (- minimum (* cidrs 1))) a!2 (- minimum (* cidrs 1)))))
  (not (and (>= assigned 0)
            (>= slots 1)
            (>= a!3 0)
            (>= a!3 0)
            (>= a!3 0)
            (>= a!3 0)
            (>= a!3 0)
            (>= (+ assigned warm) 0)
            (>= minimum 0)
            (>= warm 0)
            (>= minimum 0)
            (>= assigned 0)
            (>= slots 1)))))))
(check-sat)
(exit)

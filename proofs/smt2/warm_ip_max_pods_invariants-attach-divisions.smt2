; warm_ip_max_pods_invariants: attach, divisions: expected unsat
; With max pods and a warm IP target growth starts below max pods only, so with fewer pods, too, and what is owned and attached stays bounded accordingly.
; Rules: R79, R87, R88, R91, R98, R101, R107, R133, R136, R138.
; Rests on: sums_of_enis.
; Rests on: full_enis.
; Rests on: max_pods_stops_growth.
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (sums_of_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (full_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (warm_ip_max_pods_invariants).
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
; a warm IP target governs
(assert (or (distinct warm 0) (distinct minimum 0)))
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
; no more addresses are owned than the pods of a growing pool and the targets ask for
(assert (let ((a!1 (* (div (- (+ max_pods slots) 1) slots) slots)))
(let ((a!2 (ite (>= (ite (>= warm minimum) warm minimum) max_pods)
                (- a!1 slots)
                (- max_pods 1))))
(let ((a!3 (>= (+ (ite (<= peak a!2) peak a!2) warm) minimum)))
(let ((a!4 (ite a!3 (+ (ite (<= peak a!2) peak a!2) warm) minimum)))
  (<= cidrs (ite (= warm 0) minimum a!4)))))))
; no more ENIs are attached than these addresses need
(assert (let ((a!1 (* (div (- (+ max_pods slots) 1) slots) slots)))
(let ((a!2 (ite (>= (ite (>= warm minimum) warm minimum) max_pods)
                (- a!1 slots)
                (- max_pods 1))))
(let ((a!3 (>= (+ (ite (<= peak a!2) peak a!2) warm) minimum)))
(let ((a!4 (ite a!3 (+ (ite (<= peak a!2) peak a!2) warm) minimum)))
  (or (= enis 1) (< (* (- enis 1) slots) (ite (= warm 0) minimum a!4))))))))
; the ENIs but one hold fewer addresses than max pods
(assert (or (= enis 1) (< (* (- enis 1) slots) max_pods)))
; no address is owned where max pods are 0
(assert (or (>= max_pods 1) (<= cidrs 0)))
; targets of max pods or more leave no ENI partly filled below max pods
(assert (let ((a!1 (not (>= (ite (>= warm minimum) warm minimum) max_pods))))
  (or a!1
      (>= cidrs max_pods)
      (= cidrs (* enis slots))
      (and (= enis 1) (<= cidrs 0)))))
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
  (and (< (* cidrs 1) max_pods)
       (ite (or (distinct warm 0) (distinct minimum 0)) (> a!4 0) (or a!5 a!6))))))))
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
; something is asked for
(assert (let ((a!1 (>= (- warm (- (* cidrs 1) assigned)) 0)))
(let ((a!2 (ite a!1 (- warm (- (* cidrs 1) assigned)) 0)))
(let ((a!3 (ite (>= a!2 (- minimum (* cidrs 1))) a!2 (- minimum (* cidrs 1)))))
(let ((a!4 (ite prefix_mode (div (- (+ a!3 1) 1) 1) a!3)))
(let ((a!5 (ite (or (distinct warm 0) (distinct minimum 0))
                a!4
                (ite (>= (- warm_prefix free_cidrs) 0)
                     (- warm_prefix free_cidrs)
                     0))))
(let ((a!6 (ite (<= (ite (>= a!5 1) a!5 1) slots) (ite (>= a!5 1) a!5 1) slots)))
(let ((a!7 (ite prefix_mode
                a!6
                (ite (or (distinct warm 0) (distinct minimum 0))
                     (ite (<= a!4 slots) a!4 slots)
                     slots))))
  (> a!7 0)))))))))
; another ENI may come
(assert (< enis (- (- max_enis (- enis enis)) (- enis enis))))
; ENIs without room are full
(assert (= cidrs (* enis slots)))
; ENIs that max pods exceed are fewer than max pods need
(assert (let ((a!1 (< enis (div (- (+ max_pods slots) 1) slots))))
  (or (>= (* enis slots) max_pods) a!1)))
; fewer ENIs have the slots of an ENI less
(assert (let ((a!1 (>= enis (div (- (+ max_pods slots) 1) slots)))
      (a!2 (* (div (- (+ max_pods slots) 1) slots) slots)))
  (or a!1 (<= (* enis slots) (- a!2 slots)))))
; (some division is not meant)
(assert (let ((a!1 (>= (- warm (- (* cidrs 1) assigned)) 0)))
(let ((a!2 (ite a!1 (- warm (- (* cidrs 1) assigned)) 0)))
(let ((a!3 (ite (>= a!2 (- minimum (* cidrs 1))) a!2 (- minimum (* cidrs 1)))))
  (not (and (>= a!3 0)
            (>= a!3 0)
            (>= a!3 0)
            (>= max_pods 0)
            (>= slots 1)
            (>= max_pods 0)
            (>= slots 1)
            (>= max_pods 0)
            (>= slots 1)
            (>= max_pods 0)
            (>= slots 1)
            (>= max_pods 0)
            (>= slots 1)
            (>= max_pods 0)
            (>= slots 1)))))))
(check-sat)
(exit)

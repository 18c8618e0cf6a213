; prefix_warm_ip_max_pods_nothing_with_pods_goes: freed, premises: expected sat
; In prefix mode under WARM_IP_TARGET or MINIMUM_IP_TARGET, growth being limited by max pods C, no ENI with pods and no prefix with pods is ever given back, nor the primary ENI; where an ENI goes, the others keep Wi available addresses, m in all, and Wp prefixes without pods.
; Rules: R133, R134, R136, R138.
; Rests on: prefix_warm_ip_max_pods_invariants.
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (sums_of_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (full_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (prefix_warm_ip_max_pods_invariants).
(set-info :smt-lib-version 2.6)
(set-info :status sat)
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
; prefix mode
(assert prefix_mode)
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
(assert (let ((a!1 (+ (ite (<= peak (- max_pods 1)) peak (- max_pods 1)) warm)))
(let ((a!2 (ite (= max_pods 0)
                0
                (ite (= warm 0) minimum (ite (>= a!1 minimum) a!1 minimum)))))
  (<= cidrs (div (- (+ a!2 16) 1) 16)))))
; no more ENIs are attached than these prefixes need
(assert (let ((a!1 (+ (ite (<= peak (- max_pods 1)) peak (- max_pods 1)) warm)))
(let ((a!2 (ite (= max_pods 0)
                0
                (ite (= warm 0) minimum (ite (>= a!1 minimum) a!1 minimum)))))
(let ((a!3 (< (* (- enis 1) slots) (div (- (+ a!2 16) 1) 16))))
  (or (= enis 1) a!3)))))
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
(check-sat)
(exit)

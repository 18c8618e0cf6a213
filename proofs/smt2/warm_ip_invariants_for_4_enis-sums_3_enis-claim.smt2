; warm_ip_invariants_for_4_enis: sums, 3 ENIs, claim: expected unsat
; What warm_ip_invariants and warm_ip_reserved_within_bound say, of nodes of at most 4 ENIs, every ENI having numbers of its own.
; Rules: R79, R87, R88, R91, R98, R101, R107, R133, R136, R138.
(set-info :smt-lib-version 2.6)
(set-info :status unsat)
(set-logic QF_NIA)
(declare-fun warm () Int)
(declare-fun minimum () Int)
(declare-fun warm_eni () Int)
(declare-fun warm_prefix () Int)
(declare-fun prefix_mode () Bool)
(declare-fun slots () Int)
(declare-fun peak () Int)
(declare-fun cidrs_0 () Int)
(declare-fun assigned_0 () Int)
(declare-fun free_cidrs_0 () Int)
(declare-fun cidrs_1 () Int)
(declare-fun assigned_1 () Int)
(declare-fun free_cidrs_1 () Int)
(declare-fun cidrs_2 () Int)
(declare-fun assigned_2 () Int)
(declare-fun free_cidrs_2 () Int)
; secondary-address mode
(assert (not prefix_mode))
; a warm IP target governs
(assert (or (distinct warm 0) (distinct minimum 0)))
; an ENI may be attached
(assert (>= (+ (- slots slots) 4) 1))
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
(assert (and (>= free_cidrs_0 0) (>= free_cidrs_1 0) (>= free_cidrs_2 0)))
; of the ENI: free CIDRs are owned
(assert (and (>= (- cidrs_0 free_cidrs_0) 0)
     (>= (- cidrs_1 free_cidrs_1) 0)
     (>= (- cidrs_2 free_cidrs_2) 0)))
; of the ENI: CIDRs that are not free have pods
(assert (and (>= assigned_0 (- cidrs_0 free_cidrs_0))
     (>= assigned_1 (- cidrs_1 free_cidrs_1))
     (>= assigned_2 (- cidrs_2 free_cidrs_2))))
; of the ENI: the pods fit into them
(assert (and (<= assigned_0 (* (- cidrs_0 free_cidrs_0) 1))
     (<= assigned_1 (* (- cidrs_1 free_cidrs_1) 1))
     (<= assigned_2 (* (- cidrs_2 free_cidrs_2) 1))))
; no ENI holds more CIDRs than it has slots
(assert (and (<= cidrs_0 slots) (<= cidrs_1 slots) (<= cidrs_2 slots)))
; (not the conclusions)
(assert (let ((a!1 (<= (+ assigned_0 assigned_1 assigned_2)
               (* (- (+ cidrs_0 cidrs_1 cidrs_2)
                     (+ free_cidrs_0 free_cidrs_1 free_cidrs_2))
                  1)))
      (a!2 (<= (+ cidrs_0 cidrs_1 cidrs_2) (* (+ (- slots slots) 3) slots)))
      (a!3 (- (- (+ cidrs_0 cidrs_1 cidrs_2) cidrs_0)
              (- (+ free_cidrs_0 free_cidrs_1 free_cidrs_2) free_cidrs_0)))
      (a!4 (* (- (+ (- slots slots) 3) 1) slots))
      (a!5 (- (- (+ cidrs_0 cidrs_1 cidrs_2) cidrs_1)
              (- (+ free_cidrs_0 free_cidrs_1 free_cidrs_2) free_cidrs_1))))
(let ((a!6 (and (>= (+ free_cidrs_0 free_cidrs_1 free_cidrs_2) 0)
                (>= (- (+ cidrs_0 cidrs_1 cidrs_2)
                       (+ free_cidrs_0 free_cidrs_1 free_cidrs_2))
                    0)
                (>= (+ assigned_0 assigned_1 assigned_2)
                    (- (+ cidrs_0 cidrs_1 cidrs_2)
                       (+ free_cidrs_0 free_cidrs_1 free_cidrs_2)))
                a!1
                a!2
                (>= (- (+ free_cidrs_0 free_cidrs_1 free_cidrs_2) free_cidrs_0)
                    0)
                (>= a!3 0)
                (>= (- (+ assigned_0 assigned_1 assigned_2) assigned_0) a!3)
                (<= (- (+ assigned_0 assigned_1 assigned_2) assigned_0)
                    (* a!3 1))
                (<= (- (+ cidrs_0 cidrs_1 cidrs_2) cidrs_0) a!4)
                (>= (- (+ free_cidrs_0 free_cidrs_1 free_cidrs_2) free_cidrs_1)
                    0)
                (>= a!5 0)
                (>= (- (+ assigned_0 assigned_1 assigned_2) assigned_1) a!5)
                (<= (- (+ assigned_0 assigned_1 assigned_2) assigned_1)
                    (* a!5 1))
                (<= (- (+ cidrs_0 cidrs_1 cidrs_2) cidrs_1) a!4))))
  (not a!6))))
(check-sat)
(exit)

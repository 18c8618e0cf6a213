; warm_ip_invariants_for_2_enis: release, 2 ENIs, premises: expected sat
; What warm_ip_invariants and warm_ip_reserved_within_bound say, of nodes of at most 2 ENIs, every ENI having numbers of its own.
; Rules: R79, R87, R88, R91, R98, R101, R107, R133, R136, R138.
(set-info :smt-lib-version 2.6)
(set-info :status sat)
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
(declare-fun share_0 () Int)
(declare-fun cidrs_1 () Int)
(declare-fun assigned_1 () Int)
(declare-fun free_cidrs_1 () Int)
(declare-fun share_1 () Int)
; secondary-address mode
(assert (not prefix_mode))
; a warm IP target governs
(assert (or (distinct warm 0) (distinct minimum 0)))
; an ENI may be attached
(assert (>= (+ (- slots slots) 2) 1))
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
(assert (and (>= free_cidrs_0 0) (>= free_cidrs_1 0)))
; of the ENI: free CIDRs are owned
(assert (and (>= (- cidrs_0 free_cidrs_0) 0) (>= (- cidrs_1 free_cidrs_1) 0)))
; of the ENI: CIDRs that are not free have pods
(assert (and (>= assigned_0 (- cidrs_0 free_cidrs_0))
     (>= assigned_1 (- cidrs_1 free_cidrs_1))))
; of the ENI: the pods fit into them
(assert (and (<= assigned_0 (* (- cidrs_0 free_cidrs_0) 1))
     (<= assigned_1 (* (- cidrs_1 free_cidrs_1) 1))))
; no ENI holds more CIDRs than it has slots
(assert (and (<= cidrs_0 slots) (<= cidrs_1 slots)))
; no more ENIs are attached than may be
(assert (<= (+ (- slots slots) 2) (+ (- slots slots) 2)))
; the primary ENI is attached
(assert (>= (+ (- slots slots) 2) 1))
; there are never more pods than the peak
(assert (<= (+ assigned_0 assigned_1) peak))
; no more addresses are owned than pods and targets ask for
(assert (let ((a!1 (ite (= warm 0)
                minimum
                (ite (>= (+ peak warm) minimum) (+ peak warm) minimum))))
  (<= (+ cidrs_0 cidrs_1) a!1)))
; no more ENIs are attached than these addresses need
(assert (let ((a!1 (* (- (+ (- slots slots) 2) 1) slots))
      (a!2 (ite (= warm 0)
                minimum
                (ite (>= (+ peak warm) minimum) (+ peak warm) minimum))))
  (or (= (+ (- slots slots) 2) 1) (< a!1 a!2))))
; an ENI besides the primary one makes two
(assert (or prefix_mode (not prefix_mode) (>= (+ (- slots slots) 2) 2)))
; of all ENIs: free CIDRs are counted
(assert (>= (+ free_cidrs_0 free_cidrs_1) 0))
; of all ENIs: free CIDRs are owned
(assert (>= (- (+ cidrs_0 cidrs_1) (+ free_cidrs_0 free_cidrs_1)) 0))
; of all ENIs: CIDRs that are not free have pods
(assert (>= (+ assigned_0 assigned_1)
    (- (+ cidrs_0 cidrs_1) (+ free_cidrs_0 free_cidrs_1))))
; of all ENIs: the pods fit into them
(assert (<= (+ assigned_0 assigned_1)
    (* (- (+ cidrs_0 cidrs_1) (+ free_cidrs_0 free_cidrs_1)) 1)))
; of all ENIs: their CIDRs fit into their slots
(assert (<= (+ cidrs_0 cidrs_1) (* (+ (- slots slots) 2) slots)))
; of the other ENIs: free CIDRs are counted
(assert (>= (- (+ free_cidrs_0 free_cidrs_1) free_cidrs_0) 0))
; of the other ENIs: free CIDRs are owned
(assert (>= (- (- (+ cidrs_0 cidrs_1) cidrs_0)
       (- (+ free_cidrs_0 free_cidrs_1) free_cidrs_0))
    0))
; of the other ENIs: CIDRs that are not free have pods
(assert (>= (- (+ assigned_0 assigned_1) assigned_0)
    (- (- (+ cidrs_0 cidrs_1) cidrs_0)
       (- (+ free_cidrs_0 free_cidrs_1) free_cidrs_0))))
; of the other ENIs: the pods fit into them
(assert (let ((a!1 (* (- (- (+ cidrs_0 cidrs_1) cidrs_0)
                 (- (+ free_cidrs_0 free_cidrs_1) free_cidrs_0))
              1)))
  (<= (- (+ assigned_0 assigned_1) assigned_0) a!1)))
; of the other ENIs: their CIDRs fit into their slots
(assert (let ((a!1 (* (- (+ (- slots slots) 2) 1) slots)))
  (<= (- (+ cidrs_0 cidrs_1) cidrs_0) a!1)))
; the pool is too high
(assert (let ((a!1 (div (- (+ (+ assigned_0 assigned_1) warm 1) 1) 1))
      (a!2 (- (+ cidrs_0 cidrs_1) (div (- (+ minimum 1) 1) 1)))
      (a!5 (- (- (* (+ cidrs_0 cidrs_1) 1) (+ assigned_0 assigned_1)) warm))
      (a!10 (ite (>= (- (+ free_cidrs_0 free_cidrs_1) warm_prefix) 0)
                 (- (+ free_cidrs_0 free_cidrs_1) warm_prefix)
                 0)))
(let ((a!3 (ite (<= (- (+ cidrs_0 cidrs_1) a!1) a!2)
                (- (+ cidrs_0 cidrs_1) a!1)
                a!2))
      (a!6 (<= (ite (>= a!5 0) a!5 0) (- (* (+ cidrs_0 cidrs_1) 1) minimum))))
(let ((a!4 (ite (<= (+ free_cidrs_0 free_cidrs_1) a!3)
                (+ free_cidrs_0 free_cidrs_1)
                a!3))
      (a!7 (ite a!6
                (ite (>= a!5 0) a!5 0)
                (- (* (+ cidrs_0 cidrs_1) 1) minimum))))
(let ((a!8 (ite prefix_mode (ite (>= a!4 0) a!4 0) (ite (>= a!7 0) a!7 0))))
(let ((a!9 (ite (or (distinct warm 0) (distinct minimum 0))
                (> a!8 0)
                (and prefix_mode (> (+ free_cidrs_0 free_cidrs_1) warm_prefix)))))
(let ((a!11 (ite a!9
                 (ite (or (distinct warm 0) (distinct minimum 0))
                      a!8
                      (ite prefix_mode a!10 0))
                 0)))
  (> a!11 0))))))))
; each ENI gives what it has
(assert (and (>= share_0 0)
     (>= share_1 0)
     (>= (- free_cidrs_0 share_0) 0)
     (>= (- free_cidrs_1 share_1) 0)))
; the shares make up what is over
(assert (let ((a!1 (div (- (+ (+ assigned_0 assigned_1) warm 1) 1) 1))
      (a!2 (- (+ cidrs_0 cidrs_1) (div (- (+ minimum 1) 1) 1)))
      (a!5 (- (- (* (+ cidrs_0 cidrs_1) 1) (+ assigned_0 assigned_1)) warm))
      (a!10 (ite (>= (- (+ free_cidrs_0 free_cidrs_1) warm_prefix) 0)
                 (- (+ free_cidrs_0 free_cidrs_1) warm_prefix)
                 0)))
(let ((a!3 (ite (<= (- (+ cidrs_0 cidrs_1) a!1) a!2)
                (- (+ cidrs_0 cidrs_1) a!1)
                a!2))
      (a!6 (<= (ite (>= a!5 0) a!5 0) (- (* (+ cidrs_0 cidrs_1) 1) minimum))))
(let ((a!4 (ite (<= (+ free_cidrs_0 free_cidrs_1) a!3)
                (+ free_cidrs_0 free_cidrs_1)
                a!3))
      (a!7 (ite a!6
                (ite (>= a!5 0) a!5 0)
                (- (* (+ cidrs_0 cidrs_1) 1) minimum))))
(let ((a!8 (ite prefix_mode (ite (>= a!4 0) a!4 0) (ite (>= a!7 0) a!7 0))))
(let ((a!9 (ite (or (distinct warm 0) (distinct minimum 0))
                (> a!8 0)
                (and prefix_mode (> (+ free_cidrs_0 free_cidrs_1) warm_prefix)))))
(let ((a!11 (ite a!9
                 (ite (or (distinct warm 0) (distinct minimum 0))
                      a!8
                      (ite prefix_mode a!10 0))
                 0)))
  (= (+ share_0 share_1) a!11))))))))
(check-sat)
(exit)

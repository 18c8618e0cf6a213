; warm_ip_invariants_for_8_enis: full, 8 ENIs, claim: expected unsat
; What warm_ip_invariants and warm_ip_reserved_within_bound say, of nodes of at most 8 ENIs, every ENI having numbers of its own.
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
(declare-fun cidrs_3 () Int)
(declare-fun assigned_3 () Int)
(declare-fun free_cidrs_3 () Int)
(declare-fun cidrs_4 () Int)
(declare-fun assigned_4 () Int)
(declare-fun free_cidrs_4 () Int)
(declare-fun cidrs_5 () Int)
(declare-fun assigned_5 () Int)
(declare-fun free_cidrs_5 () Int)
(declare-fun cidrs_6 () Int)
(declare-fun assigned_6 () Int)
(declare-fun free_cidrs_6 () Int)
(declare-fun cidrs_7 () Int)
(declare-fun assigned_7 () Int)
(declare-fun free_cidrs_7 () Int)
; secondary-address mode
(assert (not prefix_mode))
; a warm IP target governs
(assert (or (distinct warm 0) (distinct minimum 0)))
; an ENI may be attached
(assert (>= (+ (- slots slots) 8) 1))
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
(assert (and (>= free_cidrs_0 0)
     (>= free_cidrs_1 0)
     (>= free_cidrs_2 0)
     (>= free_cidrs_3 0)
     (>= free_cidrs_4 0)
     (>= free_cidrs_5 0)
     (>= free_cidrs_6 0)
     (>= free_cidrs_7 0)))
; of the ENI: free CIDRs are owned
(assert (and (>= (- cidrs_0 free_cidrs_0) 0)
     (>= (- cidrs_1 free_cidrs_1) 0)
     (>= (- cidrs_2 free_cidrs_2) 0)
     (>= (- cidrs_3 free_cidrs_3) 0)
     (>= (- cidrs_4 free_cidrs_4) 0)
     (>= (- cidrs_5 free_cidrs_5) 0)
     (>= (- cidrs_6 free_cidrs_6) 0)
     (>= (- cidrs_7 free_cidrs_7) 0)))
; of the ENI: CIDRs that are not free have pods
(assert (and (>= assigned_0 (- cidrs_0 free_cidrs_0))
     (>= assigned_1 (- cidrs_1 free_cidrs_1))
     (>= assigned_2 (- cidrs_2 free_cidrs_2))
     (>= assigned_3 (- cidrs_3 free_cidrs_3))
     (>= assigned_4 (- cidrs_4 free_cidrs_4))
     (>= assigned_5 (- cidrs_5 free_cidrs_5))
     (>= assigned_6 (- cidrs_6 free_cidrs_6))
     (>= assigned_7 (- cidrs_7 free_cidrs_7))))
; of the ENI: the pods fit into them
(assert (and (<= assigned_0 (* (- cidrs_0 free_cidrs_0) 1))
     (<= assigned_1 (* (- cidrs_1 free_cidrs_1) 1))
     (<= assigned_2 (* (- cidrs_2 free_cidrs_2) 1))
     (<= assigned_3 (* (- cidrs_3 free_cidrs_3) 1))
     (<= assigned_4 (* (- cidrs_4 free_cidrs_4) 1))
     (<= assigned_5 (* (- cidrs_5 free_cidrs_5) 1))
     (<= assigned_6 (* (- cidrs_6 free_cidrs_6) 1))
     (<= assigned_7 (* (- cidrs_7 free_cidrs_7) 1))))
; no ENI holds more CIDRs than it has slots
(assert (and (<= cidrs_0 slots)
     (<= cidrs_1 slots)
     (<= cidrs_2 slots)
     (<= cidrs_3 slots)
     (<= cidrs_4 slots)
     (<= cidrs_5 slots)
     (<= cidrs_6 slots)
     (<= cidrs_7 slots)))
; no more ENIs are attached than may be
(assert (<= (+ (- slots slots) 8) (+ (- slots slots) 8)))
; the primary ENI is attached
(assert (>= (+ (- slots slots) 8) 1))
; there are never more pods than the peak
(assert (<= (+ assigned_0
       assigned_1
       assigned_2
       assigned_3
       assigned_4
       assigned_5
       assigned_6
       assigned_7)
    peak))
; no more addresses are owned than pods and targets ask for
(assert (let ((a!1 (ite (= warm 0)
                minimum
                (ite (>= (+ peak warm) minimum) (+ peak warm) minimum))))
  (<= (+ cidrs_0 cidrs_1 cidrs_2 cidrs_3 cidrs_4 cidrs_5 cidrs_6 cidrs_7) a!1)))
; no more ENIs are attached than these addresses need
(assert (let ((a!1 (* (- (+ (- slots slots) 8) 1) slots))
      (a!2 (ite (= warm 0)
                minimum
                (ite (>= (+ peak warm) minimum) (+ peak warm) minimum))))
  (or (= (+ (- slots slots) 8) 1) (< a!1 a!2))))
; an ENI besides the primary one makes two
(assert (or prefix_mode (not prefix_mode) (>= (+ (- slots slots) 8) 2)))
; of all ENIs: free CIDRs are counted
(assert (>= (+ free_cidrs_0
       free_cidrs_1
       free_cidrs_2
       free_cidrs_3
       free_cidrs_4
       free_cidrs_5
       free_cidrs_6
       free_cidrs_7)
    0))
; of all ENIs: free CIDRs are owned
(assert (>= (- (+ cidrs_0 cidrs_1 cidrs_2 cidrs_3 cidrs_4 cidrs_5 cidrs_6 cidrs_7)
       (+ free_cidrs_0
          free_cidrs_1
          free_cidrs_2
          free_cidrs_3
          free_cidrs_4
          free_cidrs_5
          free_cidrs_6
          free_cidrs_7))
    0))
; of all ENIs: CIDRs that are not free have pods
(assert (>= (+ assigned_0
       assigned_1
       assigned_2
       assigned_3
       assigned_4
       assigned_5
       assigned_6
       assigned_7)
    (- (+ cidrs_0 cidrs_1 cidrs_2 cidrs_3 cidrs_4 cidrs_5 cidrs_6 cidrs_7)
       (+ free_cidrs_0
          free_cidrs_1
          free_cidrs_2
          free_cidrs_3
          free_cidrs_4
          free_cidrs_5
          free_cidrs_6
          free_cidrs_7))))
; of all ENIs: the pods fit into them
(assert (<= (+ assigned_0
       assigned_1
       assigned_2
       assigned_3
       assigned_4
       assigned_5
       assigned_6
       assigned_7)
    (* (- (+ cidrs_0 cidrs_1 cidrs_2 cidrs_3 cidrs_4 cidrs_5 cidrs_6 cidrs_7)
          (+ free_cidrs_0
             free_cidrs_1
             free_cidrs_2
             free_cidrs_3
             free_cidrs_4
             free_cidrs_5
             free_cidrs_6
             free_cidrs_7))
       1)))
; of all ENIs: their CIDRs fit into their slots
(assert (<= (+ cidrs_0 cidrs_1 cidrs_2 cidrs_3 cidrs_4 cidrs_5 cidrs_6 cidrs_7)
    (* (+ (- slots slots) 8) slots)))
; of the other ENIs: free CIDRs are counted
(assert (>= (- (+ free_cidrs_0
          free_cidrs_1
          free_cidrs_2
          free_cidrs_3
          free_cidrs_4
          free_cidrs_5
          free_cidrs_6
          free_cidrs_7)
       free_cidrs_0)
    0))
; of the other ENIs: free CIDRs are owned
(assert (>= (- (- (+ cidrs_0 cidrs_1 cidrs_2 cidrs_3 cidrs_4 cidrs_5 cidrs_6 cidrs_7)
          cidrs_0)
       (- (+ free_cidrs_0
             free_cidrs_1
             free_cidrs_2
             free_cidrs_3
             free_cidrs_4
             free_cidrs_5
             free_cidrs_6
             free_cidrs_7)
          free_cidrs_0))
    0))
; of the other ENIs: CIDRs that are not free have pods
(assert (>= (- (+ assigned_0
          assigned_1
          assigned_2
          assigned_3
          assigned_4
          assigned_5
          assigned_6
          assigned_7)
       assigned_0)
    (- (- (+ cidrs_0 cidrs_1 cidrs_2 cidrs_3 cidrs_4 cidrs_5 cidrs_6 cidrs_7)
          cidrs_0)
       (- (+ free_cidrs_0
             free_cidrs_1
             free_cidrs_2
             free_cidrs_3
             free_cidrs_4
             free_cidrs_5
             free_cidrs_6
             free_cidrs_7)
          free_cidrs_0))))
; of the other ENIs: the pods fit into them
(assert (let ((a!1 (* (- (- (+ cidrs_0
                       cidrs_1
                       cidrs_2
                       cidrs_3
                       cidrs_4
                       cidrs_5
                       cidrs_6
                       cidrs_7)
                    cidrs_0)
                 (- (+ free_cidrs_0
                       free_cidrs_1
                       free_cidrs_2
                       free_cidrs_3
                       free_cidrs_4
                       free_cidrs_5
                       free_cidrs_6
                       free_cidrs_7)
                    free_cidrs_0))
              1)))
  (<= (- (+ assigned_0
            assigned_1
            assigned_2
            assigned_3
            assigned_4
            assigned_5
            assigned_6
            assigned_7)
         assigned_0)
      a!1)))
; of the other ENIs: their CIDRs fit into their slots
(assert (let ((a!1 (* (- (+ (- slots slots) 8) 1) slots)))
  (<= (- (+ cidrs_0 cidrs_1 cidrs_2 cidrs_3 cidrs_4 cidrs_5 cidrs_6 cidrs_7)
         cidrs_0)
      a!1)))
; the pool is too low
(assert (let ((a!1 (* (+ cidrs_0
                 cidrs_1
                 cidrs_2
                 cidrs_3
                 cidrs_4
                 cidrs_5
                 cidrs_6
                 cidrs_7)
              1)))
(let ((a!2 (- a!1
              (+ assigned_0
                 assigned_1
                 assigned_2
                 assigned_3
                 assigned_4
                 assigned_5
                 assigned_6
                 assigned_7))))
(let ((a!3 (ite (>= (- warm a!2) 0) (- warm a!2) 0))
      (a!6 (< a!2
              (* (ite prefix_mode 1 (* slots 1))
                 (ite prefix_mode warm_prefix warm_eni)))))
(let ((a!4 (ite (>= a!3 (- minimum a!1)) a!3 (- minimum a!1)))
      (a!7 (or a!6 (and (= (ite prefix_mode warm_prefix warm_eni) 0) (= a!2 0)))))
(let ((a!5 (ite prefix_mode (div (- (+ a!4 1) 1) 1) a!4)))
(let ((a!8 (ite (or (distinct warm 0) (distinct minimum 0)) (> a!5 0) a!7)))
  (and a!8 a!8 a!8 a!8 a!8 a!8 a!8 a!8))))))))
; no ENI has room
(assert (let ((a!1 (ite (>= (- slots cidrs_0) 0) (- slots cidrs_0) 0))
      (a!2 (* (+ cidrs_0
                 cidrs_1
                 cidrs_2
                 cidrs_3
                 cidrs_4
                 cidrs_5
                 cidrs_6
                 cidrs_7)
              1))
      (a!6 (- warm_prefix
              (+ free_cidrs_0
                 free_cidrs_1
                 free_cidrs_2
                 free_cidrs_3
                 free_cidrs_4
                 free_cidrs_5
                 free_cidrs_6
                 free_cidrs_7)))
      (a!9 (ite (>= (- slots cidrs_1) 0) (- slots cidrs_1) 0))
      (a!10 (ite (>= (- slots cidrs_2) 0) (- slots cidrs_2) 0))
      (a!11 (ite (>= (- slots cidrs_3) 0) (- slots cidrs_3) 0))
      (a!12 (ite (>= (- slots cidrs_4) 0) (- slots cidrs_4) 0))
      (a!13 (ite (>= (- slots cidrs_5) 0) (- slots cidrs_5) 0))
      (a!14 (ite (>= (- slots cidrs_6) 0) (- slots cidrs_6) 0))
      (a!15 (ite (>= (- slots cidrs_7) 0) (- slots cidrs_7) 0)))
(let ((a!3 (- warm
              (- a!2
                 (+ assigned_0
                    assigned_1
                    assigned_2
                    assigned_3
                    assigned_4
                    assigned_5
                    assigned_6
                    assigned_7)))))
(let ((a!4 (ite (>= (ite (>= a!3 0) a!3 0) (- minimum a!2))
                (ite (>= a!3 0) a!3 0)
                (- minimum a!2))))
(let ((a!5 (ite prefix_mode (div (- (+ a!4 1) 1) 1) a!4)))
(let ((a!7 (ite (or (distinct warm 0) (distinct minimum 0))
                a!5
                (ite (>= a!6 0) a!6 0))))
(let ((a!8 (ite prefix_mode
                (ite (>= a!7 1) a!7 1)
                (ite (or (distinct warm 0) (distinct minimum 0)) a!5 slots))))
  (and (<= (ite (<= a!1 a!8) a!1 a!8) 0)
       (<= (ite (<= a!9 a!8) a!9 a!8) 0)
       (<= (ite (<= a!10 a!8) a!10 a!8) 0)
       (<= (ite (<= a!11 a!8) a!11 a!8) 0)
       (<= (ite (<= a!12 a!8) a!12 a!8) 0)
       (<= (ite (<= a!13 a!8) a!13 a!8) 0)
       (<= (ite (<= a!14 a!8) a!14 a!8) 0)
       (<= (ite (<= a!15 a!8) a!15 a!8) 0)))))))))
; something is asked for
(assert (let ((a!1 (* (+ cidrs_0
                 cidrs_1
                 cidrs_2
                 cidrs_3
                 cidrs_4
                 cidrs_5
                 cidrs_6
                 cidrs_7)
              1))
      (a!5 (- warm_prefix
              (+ free_cidrs_0
                 free_cidrs_1
                 free_cidrs_2
                 free_cidrs_3
                 free_cidrs_4
                 free_cidrs_5
                 free_cidrs_6
                 free_cidrs_7))))
(let ((a!2 (- warm
              (- a!1
                 (+ assigned_0
                    assigned_1
                    assigned_2
                    assigned_3
                    assigned_4
                    assigned_5
                    assigned_6
                    assigned_7)))))
(let ((a!3 (ite (>= (ite (>= a!2 0) a!2 0) (- minimum a!1))
                (ite (>= a!2 0) a!2 0)
                (- minimum a!1))))
(let ((a!4 (ite prefix_mode (div (- (+ a!3 1) 1) 1) a!3)))
(let ((a!6 (ite (or (distinct warm 0) (distinct minimum 0))
                a!4
                (ite (>= a!5 0) a!5 0))))
(let ((a!7 (ite (<= (ite (>= a!6 1) a!6 1) slots) (ite (>= a!6 1) a!6 1) slots)))
(let ((a!8 (ite prefix_mode
                a!7
                (ite (or (distinct warm 0) (distinct minimum 0))
                     (ite (<= a!4 slots) a!4 slots)
                     slots))))
  (and (> a!8 0)
       (> a!8 0)
       (> a!8 0)
       (> a!8 0)
       (> a!8 0)
       (> a!8 0)
       (> a!8 0)
       (> a!8 0))))))))))
; (not the conclusions)
(assert (let ((a!1 (= (+ cidrs_0
                 cidrs_1
                 cidrs_2
                 cidrs_3
                 cidrs_4
                 cidrs_5
                 cidrs_6
                 cidrs_7)
              (* (+ (- slots slots) 8) slots))))
  (not a!1)))
(check-sat)
(exit)

; warm_ip_max_pods_invariants: begin, claim: expected unsat
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
; (not the conclusions)
(assert (let ((a!1 (<= (- enis enis) (* (- (- enis enis) (- enis enis)) 1)))
      (a!2 (* (div (- (+ max_pods slots) 1) slots) slots))
      (a!6 (* (- (+ (- enis enis) 1) 1) slots))
      (a!9 (not (>= (ite (>= warm minimum) warm minimum) max_pods)))
      (a!10 (= (- enis enis) (* (+ (- enis enis) 1) slots)))
      (a!11 (and (= (+ (- enis enis) 1) 1) (<= (- enis enis) 0))))
(let ((a!3 (ite (>= (ite (>= warm minimum) warm minimum) max_pods)
                (- a!2 slots)
                (- max_pods 1)))
      (a!8 (or (= (+ (- enis enis) 1) 1) (< a!6 max_pods))))
(let ((a!4 (>= (+ (ite (<= peak a!3) peak a!3) warm) minimum)))
(let ((a!5 (ite a!4 (+ (ite (<= peak a!3) peak a!3) warm) minimum)))
(let ((a!7 (or (= (+ (- enis enis) 1) 1) (< a!6 (ite (= warm 0) minimum a!5)))))
(let ((a!12 (and (>= (- enis enis) 0)
                 (>= (- (- enis enis) (- enis enis)) 0)
                 (>= (- enis enis) (- (- enis enis) (- enis enis)))
                 a!1
                 (<= (- enis enis) slots)
                 (<= (+ (- enis enis) 1) max_enis)
                 (>= (+ (- enis enis) 1) 1)
                 (<= (- enis enis) peak)
                 (<= (- enis enis) (ite (= warm 0) minimum a!5))
                 a!7
                 a!8
                 (or (>= max_pods 1) (<= (- enis enis) 0))
                 (or a!9 (>= (- enis enis) max_pods) a!10 a!11))))
  (not a!12))))))))
(check-sat)
(exit)

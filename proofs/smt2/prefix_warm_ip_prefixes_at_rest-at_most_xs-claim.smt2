; prefix_warm_ip_prefixes_at_rest: at most Xs, claim: expected unsat
; In prefix mode under WARM_IP_TARGET or MINIMUM_IP_TARGET, a node at rest with p pods has from Xp = min(K Q, max(ceil((p + Wi) / 16), ceil(m / 16))) to Xs = max(Xp, min(p, X)) prefixes.
; Rules: R79, R87, R88, R93, R131, R138.
; Rests on: prefix_warm_ip_reserved_within_bound.
; Rests on: what_is_to_be_released_is_there.
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (sums_of_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (full_enis).
; On paper: induction over the list of ENIs, from sums of n ENIs to sums of n + 1 (prefix_warm_ip_invariants).
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
; free CIDRs are counted
(assert (>= free_cidrs 0))
; free CIDRs are owned
(assert (>= (- cidrs free_cidrs) 0))
; CIDRs that are not free have pods
(assert (>= assigned (- cidrs free_cidrs)))
; the pods fit into them
(assert (<= assigned (* (- cidrs free_cidrs) 16)))
; the targets ask for the prefixes, or each has a pod
(assert (let ((a!1 (+ (ite (>= (+ assigned warm) minimum) (+ assigned warm) minimum) 16)))
  (or (<= cidrs (div (- a!1 1) 16)) (<= cidrs assigned))))
; the bound of every state holds
(assert (let ((a!1 (ite (= warm 0)
                minimum
                (ite (>= (+ peak warm) minimum) (+ peak warm) minimum))))
(let ((a!2 (<= (div (- (+ a!1 16) 1) 16) (* max_enis slots))))
(let ((a!3 (ite a!2 (div (- (+ a!1 16) 1) 16) (* max_enis slots))))
  (<= cidrs a!3)))))
; (not the conclusions)
(assert (let ((a!1 (+ (ite (>= (+ assigned warm) minimum) (+ assigned warm) minimum) 16))
      (a!3 (ite (= warm 0)
                minimum
                (ite (>= (+ peak warm) minimum) (+ peak warm) minimum))))
(let ((a!2 (ite (<= (* max_enis slots) (div (- a!1 1) 16))
                (* max_enis slots)
                (div (- a!1 1) 16)))
      (a!4 (<= (div (- (+ a!3 16) 1) 16) (* max_enis slots))))
(let ((a!5 (ite a!4 (div (- (+ a!3 16) 1) 16) (* max_enis slots))))
(let ((a!6 (ite (>= a!2 (ite (<= assigned a!5) assigned a!5))
                a!2
                (ite (<= assigned a!5) assigned a!5))))
  (not (<= cidrs a!6)))))))
(check-sat)
(exit)

; warm_ip_invariants_for_3_enis: sums, 1 ENI, premises: expected sat
; What warm_ip_invariants and warm_ip_reserved_within_bound say, of nodes of at most 3 ENIs, every ENI having numbers of its own.
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
; secondary-address mode
(assert (not prefix_mode))
; a warm IP target governs
(assert (or (distinct warm 0) (distinct minimum 0)))
; an ENI may be attached
(assert (>= (+ (- slots slots) 3) 1))
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
(assert (>= free_cidrs_0 0))
; of the ENI: free CIDRs are owned
(assert (>= (- cidrs_0 free_cidrs_0) 0))
; of the ENI: CIDRs that are not free have pods
(assert (>= assigned_0 (- cidrs_0 free_cidrs_0)))
; of the ENI: the pods fit into them
(assert (<= assigned_0 (* (- cidrs_0 free_cidrs_0) 1)))
; no ENI holds more CIDRs than it has slots
(assert (<= cidrs_0 slots))
(check-sat)
(exit)

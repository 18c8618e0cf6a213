; deleted_eni_with_prefixes_is_not_missed, claim: expected unsat
; With WARM_PREFIX_TARGET >= 1 the pool is not too low without an ENI that may be deleted. Provided that the other ENIs hold nothing but prefixes: the check counts free single addresses, left from secondary-address mode, as if they were prefixes. For prefixes of any size.
; Rules: R79, R136.
(set-info :smt-lib-version 2.6)
(set-info :status unsat)
(set-logic QF_NIA)
(declare-fun warm () Int)
(declare-fun minimum () Int)
(declare-fun warm_prefix () Int)
(declare-fun block () Int)
(declare-fun max_pods () Int)
(declare-fun others_total () Int)
(declare-fun others_available () Int)
(declare-fun others_free_prefixes () Int)
(declare-fun others_free_addresses () Int)
(declare-fun short () Int)
(declare-fun prefix_mode () Bool)
; warm_prefix >= 0
(assert (>= warm_prefix 0))
; free_prefixes >= 0
(assert (>= others_free_prefixes 0))
; a prefix holds an address
(assert (>= block 1))
; the addresses of free prefixes are available
(assert (>= others_available (* others_free_prefixes block)))
; available addresses are owned
(assert (<= others_available others_total))
; others_free_addresses >= 0
(assert (>= others_free_addresses 0))
; no single address is left
(assert (= others_free_addresses 0))
; WARM_PREFIX_TARGET is not 0
(assert (distinct warm_prefix 0))
; no warm IP target
(assert (not (or (distinct warm 0) (distinct minimum 0))))
; prefix mode
(assert prefix_mode)
; the other ENIs keep enough
(assert (let ((a!1 (* (div (- (+ warm block) 1) block) block))
      (a!2 (* (div (- (+ minimum block) 1) block) block)))
  (and (or (= warm 0) (>= others_available (ite prefix_mode a!1 warm)))
       (or (= minimum 0) (>= others_total (ite prefix_mode a!2 minimum)))
       (or (not prefix_mode)
           (= warm_prefix 0)
           (>= (+ others_free_prefixes others_free_addresses) warm_prefix)))))
; (not the conclusions)
(assert (let ((a!1 (ite (or (distinct warm 0) (distinct minimum 0))
                (> short 0)
                (or (< others_available (* block warm_prefix))
                    (and (= warm_prefix 0) (= others_available 0))))))
  (not (not (and (< others_total max_pods) a!1)))))
(check-sat)
(exit)

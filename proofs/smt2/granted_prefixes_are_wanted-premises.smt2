; granted_prefixes_are_wanted, premises: expected sat
; With WARM_PREFIX_TARGET >= 1 the prefixes that a too low pool asks for make it not too high. For prefixes of any size.
; Rules: R79, R108, R131.
(set-info :smt-lib-version 2.6)
(set-info :status sat)
(set-logic QF_NIA)
(declare-fun warm_prefix () Int)
(declare-fun block () Int)
(declare-fun max_pods () Int)
(declare-fun total () Int)
(declare-fun available () Int)
(declare-fun free_prefixes () Int)
(declare-fun short () Int)
(declare-fun warm_ip () Bool)
(declare-fun prefix_mode () Bool)
; warm_prefix >= 0
(assert (>= warm_prefix 0))
; free_prefixes >= 0
(assert (>= free_prefixes 0))
; a prefix holds an address
(assert (>= block 1))
; the addresses of free prefixes are available
(assert (>= available (* free_prefixes block)))
; available addresses are owned
(assert (<= available total))
; WARM_PREFIX_TARGET is not 0
(assert (distinct warm_prefix 0))
; no warm IP target
(assert (not warm_ip))
; prefix mode
(assert prefix_mode)
; the pool is too low
(assert (let ((a!1 (ite warm_ip
                (> short 0)
                (or (< available (* block warm_prefix))
                    (and (= warm_prefix 0) (= available 0))))))
  (and (< total max_pods) a!1)))
(check-sat)
(exit)

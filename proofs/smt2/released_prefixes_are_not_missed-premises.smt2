; released_prefixes_are_not_missed, premises: expected sat
; With WARM_PREFIX_TARGET >= 1, after a release the pool is neither too low nor too high. For prefixes of any size and every max pods.
; Rules: R79, R131, R138.
(set-info :smt-lib-version 2.6)
(set-info :status sat)
(set-logic QF_NIA)
(declare-fun warm_prefix () Int)
(declare-fun block () Int)
(declare-fun total () Int)
(declare-fun available () Int)
(declare-fun free_prefixes () Int)
(declare-fun over () Int)
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
; the pool is too high
(assert (ite warm_ip (> over 0) (and prefix_mode (> free_prefixes warm_prefix))))
(check-sat)
(exit)

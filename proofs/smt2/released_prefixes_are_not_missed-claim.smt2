; released_prefixes_are_not_missed, claim: expected unsat
; With WARM_PREFIX_TARGET >= 1, after a release the pool is neither too low nor too high. For prefixes of any size and every max pods.
; Rules: R79, R131, R138.
(set-info :smt-lib-version 2.6)
(set-info :status unsat)
(set-logic QF_NIA)
(declare-fun warm_prefix () Int)
(declare-fun block () Int)
(declare-fun max_pods () Int)
(declare-fun total () Int)
(declare-fun available () Int)
(declare-fun free_prefixes () Int)
(declare-fun short () Int)
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
; (not the conclusions)
(assert (let ((a!1 (ite prefix_mode
                (ite (>= (- free_prefixes warm_prefix) 0)
                     (- free_prefixes warm_prefix)
                     0)
                0)))
(let ((a!2 (< (- total (* (ite warm_ip over a!1) block)) max_pods))
      (a!3 (< (- available (* (ite warm_ip over a!1) block))
              (* block warm_prefix)))
      (a!4 (= (- available (* (ite warm_ip over a!1) block)) 0))
      (a!6 (and prefix_mode
                (> (- free_prefixes (ite warm_ip over a!1)) warm_prefix))))
(let ((a!5 (ite warm_ip (> short 0) (or a!3 (and (= warm_prefix 0) a!4)))))
(let ((a!7 (and (>= (- free_prefixes (ite warm_ip over a!1)) 0)
                (not (and a!2 a!5))
                (not (ite warm_ip (> over 0) a!6)))))
  (not a!7))))))
(check-sat)
(exit)

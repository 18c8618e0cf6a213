; max_pods_stops_growth, claim: expected unsat
; A pool that owns max pods addresses is not too low.
; Rules: R79, R80.
(set-info :smt-lib-version 2.6)
(set-info :status unsat)
(set-logic QF_NIA)
(declare-fun total () Int)
(declare-fun max_pods () Int)
(declare-fun warm_ip () Bool)
(declare-fun short () Int)
(declare-fun available () Int)
(declare-fun target () Int)
(declare-fun unit () Int)
; total >= 0
(assert (>= total 0))
; the pool is too low
(assert (let ((a!1 (ite warm_ip
                (> short 0)
                (or (< available (* unit target))
                    (and (= target 0) (= available 0))))))
  (and (< total max_pods) a!1)))
; (not the conclusions)
(assert (not (< total max_pods)))
(check-sat)
(exit)

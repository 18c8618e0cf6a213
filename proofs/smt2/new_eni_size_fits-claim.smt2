; new_eni_size_fits, claim: expected unsat
; A new ENI is asked for with no more CIDRs than it has slots. And with at least one, unless a warm IP target counted in addresses misses none.
; Rules: R107, R108.
(set-info :smt-lib-version 2.6)
(set-info :status unsat)
(set-logic QF_LIA)
(declare-fun prefix_mode () Bool)
(declare-fun warm_ip () Bool)
(declare-fun short () Int)
(declare-fun warm_prefix () Int)
(declare-fun free_prefixes () Int)
(declare-fun slots () Int)
; short >= 0
(assert (>= short 0))
; warm_prefix >= 0
(assert (>= warm_prefix 0))
; free_prefixes >= 0
(assert (>= free_prefixes 0))
; slots >= 0
(assert (>= slots 0))
; an ENI has a slot
(assert (distinct slots 0))
; (not the conclusions)
(assert (let ((a!1 (ite warm_ip
                short
                (ite (>= (- warm_prefix free_prefixes) 0)
                     (- warm_prefix free_prefixes)
                     0))))
(let ((a!2 (ite (<= (ite (>= a!1 1) a!1 1) slots) (ite (>= a!1 1) a!1 1) slots)))
(let ((a!3 (ite prefix_mode
                a!2
                (ite warm_ip (ite (<= short slots) short slots) slots))))
(let ((a!4 (>= a!3
               (ite (or (not warm_ip) prefix_mode (> short 0))
                    (+ (- slots slots) 1)
                    0))))
  (not (and (<= a!3 slots) a!4)))))))
(check-sat)
(exit)

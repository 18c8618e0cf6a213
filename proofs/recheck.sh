#!/bin/sh
# Puts every question in smt2/ to a solver and compares its answer with the expected one.
#
#   proofs/recheck.sh [SOLVER [OPTION...]]     SOLVER reads an SMT-LIB 2 file: cvc5, z3, ...
#
# The expected answer is withheld from the solver. Exit code 0 only if all answers are as expected.
set -u

folder=$(dirname "$0")/smt2
if [ $# -eq 0 ]; then
  for found in cvc5 z3; do
    if command -v "$found" >/dev/null; then set -- "$found"; break; fi
  done
fi
if [ $# -eq 0 ] || ! command -v "$1" >/dev/null; then
  echo "recheck: no solver ${1:-cvc5 or z3} is on the PATH; name one: proofs/recheck.sh /path/to/z3" >&2
  exit 2
fi

question=$(mktemp) || exit 2
trap 'rm -f "$question"' EXIT
asked=0
wrong=0
for file in "$folder"/*.smt2; do
  [ -e "$file" ] || { echo "recheck: there are no files in $folder" >&2; exit 2; }
  expected=$(sed -n 's/^(set-info :status \(.*\))$/\1/p' "$file")
  grep -v '^(set-info :status' "$file" >"$question"
  answer=$("$@" "$question" 2>&1 | head -n 1)
  asked=$((asked + 1))
  if [ "$answer" != "$expected" ]; then
    echo "$(basename "$file"): expected $expected, $1 says ${answer:-nothing}"
    wrong=$((wrong + 1))
  fi
done
echo "$asked questions put to $1: $((asked - wrong)) answers as expected, $wrong not"
[ "$wrong" -eq 0 ]

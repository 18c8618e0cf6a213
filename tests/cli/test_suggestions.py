"""What is mistyped is complained of in one line that says what may have been meant."""

from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipam_model.cli.commands import COMMANDS
from ipam_model.cli.main import main
from ipam_model.cli.suggestions import did_you_mean, unknown
from tests.cli.parsers import parsers

NODE: Final = "--limits 3,10"
MISTYPED: Final = {
    "boundd": "'boundd' is no command; did you mean bound?",
    "Lint": "'Lint' is no command; did you mean lint?",
    "--jsn rules": "there is no option --jsn; see ipam-model --help",
    "trace chek": "'chek' is none of check, scenario, thin; did you mean check?",
    "bound reserved --instnce-type m5.large": "did you mean --instance-type?",
    "bound resrved --limits 3,10": "no quantity is called 'resrved'; did you mean reserved",
    "bound reserved --instance-type m5.lrge": "'m5.lrge': the nearest are m5.large",
    f"settings {NODE} --version v1.24": "'v1.24' is none of v1.23, v1.7, article-2021; did you me",
    f"settings {NODE} --no-quirk coolng_released": "did you mean cooling_released?",
    f"settings {NODE} --no-quirk cooling-relased": "did you mean cooling_released?",
    f"settings {NODE} --set WARM_IP_TARGT=3": "'WARM_IP_TARGT' is not read by the daemon; did yo",
    f"settings {NODE} --set warm_ip_target=3": "did you mean WARM_IP_TARGET?",
    "rules R136b": "no rule 'R136b': did you mean R136?",
    "vectors list --rule R1360": "no rule 'R1360'; did you mean R",
    "prove warm_ip_invariant": "did you mean warm_ip_invariants or",
    "diff --others detch": "did you mean detach?",
    "diff --left-set WARM_IP_TARGT=3": "did you mean WARM_IP_TARGET?",
    "explore --scope two-eni": "did you mean two-enis?",
    "explore --scope x": "'x' is none of two-enis, one-fault,",
    "rules --label suspected": "did you mean suspected-bug?",
    "completion bsh": "did you mean bash or zsh?",
    "settings --limits 3,10 more": "it takes no 'more', or no more of them",
}
"""What is typed, and a part of what is said."""


@pytest.mark.parametrize("typed", MISTYPED)
def test_one_line_and_exit_code_2(typed: str, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        code = main(typed.split())
    except SystemExit as ended:
        code = 2 if ended.code == 2 else 0
    said = capsys.readouterr()
    assert (code, said.out) == (2, "")
    assert said.err.count("\n") == 1
    assert said.err.startswith("ipam-model")
    assert MISTYPED[typed] in said.err


def test_every_option_is_suggested_for_itself_less_a_letter() -> None:
    names = {
        name
        for parser in parsers()
        for action in parser._actions
        for name in action.option_strings
        if len(name) >= 8
    }
    assert len(names) > 50
    for name in names:
        assert name in did_you_mean(f"{name[:3]}{name[4:]}", names), name


@settings(max_examples=25)
@given(st.text(max_size=60))
def test_any_word_is_answered_in_one_line(word: str) -> None:
    told = unknown(word, "command", COMMANDS)
    assert len(told) < 300
    assert set(did_you_mean(word, COMMANDS).replace("?", "").split()) <= {
        *COMMANDS, ";", "did", "you", "mean", "or",
    }  # fmt: skip

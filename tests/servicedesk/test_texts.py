import pytest

from servicedesk.texts import plain_line, plain_text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Pay \u202e0001\u202c euro", "Pay 0001 euro"),
        ("\u2067Call\u2069 back\u0007", "Call back"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("a\tb\u0085c\u009f", "a\tb\nc"),
        ("שלום \u200fעולם", "שלום \u200fעולם"),
        ("مرحبا 👩\u200d💻", "مرحبا 👩\u200d💻"),
        ("\u0007 \u202e", ""),
    ],
    ids=["override", "isolate and bell", "line ends", "tab stays", "right to left", "joined signs", "nothing"],
)
def test_plain_text_takes_out_only_what_nobody_sees(typed, kept):
    assert plain_text(typed) == kept


def test_plain_line_puts_everything_on_one_line():
    assert plain_line(" Dana\u202e \r\n Okafor ") == "Dana Okafor"

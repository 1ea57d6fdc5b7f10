"""Colours of highlighted code that are readable on either paper."""

TOKENS = (
    "keyword tag function class-name selector",
    "string char attr-value constant symbol",
    "number regex boolean",
    "operator entity decorator atrule attr-name",
    "builtin property variable important",
    "comment prolog doctype cdata punctuation",
)
CODE_COLOURS = {
    False: ("#0B5C94", "#0A6338", "#00636B", "#8A4300", "#A3201B", "#555D66"),
    True: ("#8CC4F2", "#7FD1A5", "#6FD0D6", "#F0B070", "#F5A3A3", "#A9B1BA"),
}
"""Colours of highlighted code, by `dark`, in the order of TOKENS: Streamlit's are fixed, and too
pale on light paper.
"""


def code_style(dark: bool) -> str:
    """The style sheet of highlighted code, smaller on a phone: of a loop no line is cut there."""
    rules = (
        f'body [data-testid="stCode"] :is(.{", .".join(kinds.split())}).token {{color:{colour}}}'
        for kinds, colour in zip(TOKENS, CODE_COLOURS[dark], strict=True)
    )
    small = '@media (max-width: 639px) { [data-testid="stCode"] code { font-size: 0.75rem; } }'
    return "<style>\n" + "\n".join((*rules, small)) + "\n</style>"

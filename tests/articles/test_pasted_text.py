"""What is pasted from Word or a page becomes the Markdown that sections are written in, and nothing that runs."""

import re

import pytest
from django.test import Client

from articles.pasted import DEEPEST_BOX, MOST_LETTERS, markdown_of
from articles.sections import html_of
from tests.articles.payloads import PAYLOADS

PASTE = "/admin/articles/article/paste/"
WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p {mso-style-name: x}</style></head>
<body>
<!--StartFragment--><h1>What they found</h1>
<p class=MsoNormal><b>Pain</b> was told by <i>Zoë O'Brien &amp; Sons</i>, see
<a href="https://example.org/a_(b)">it</a>.<o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;
</span></span></span><![endif]>First item</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>o</span>Under it</p>
<p class=MsoNormal>Between</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>1.</span>Numbered</p>
<table><tr><td><p>Group</p></td><td><p>People</p></td></tr><tr><td>Cells</td><td>108</td></tr></table></body></html>"""
FROM_WORD = """### What they found

**Pain** was told by *Zoë O'Brien & Sons*, see [it](https://example.org/a_%28b%29).

- First item
   - Under it

Between

1. Numbered
- Group; People
- Cells; 108"""


SYMBOL = "<span style='font-family:Symbol;mso-char-type:symbol'><span style='mso-char-type:symbol'>{}</span></span>"


@pytest.mark.parametrize(("letter", "sign"), [("³", "≥"), ("£", "≤"), ("\uf0b3", "≥"), ("a", "α"), ("≥", "≥")])
def test_a_sign_of_the_font_symbol_is_the_sign_that_word_showed(letter: str, sign: str) -> None:
    assert markdown_of(f"<p>Aged {SYMBOL.format(letter)}18, a dose of £3</p>") == f"Aged {sign}18, a dose of £3"


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("10<span style='font-family:Symbol;vertical-align:super'>-6</span> g", "10⁻⁶ g"),
        ("<span style='font-family:Symbol'>³<span style='font-family:Arial'>abc £3</span></span>", "≥abc £3"),
        ("<span style='font-family:Symbol;font-weight:bold'>³</span> 18", "**≥** 18"),
        # As Outlook and older versions of Word say it.
        (
            'aged <font face="Symbol">³</font>18, <FONT FACE=\'"Symbol", serif\' size="2">£5 m</FONT>g',
            "aged ≥18, ≤5 μg",
        ),
        ('<font face="Symbol">³<font color="red" face="Arial">abc £3</font>£</font>3', "≥abc £3≤3"),
        ('<font face="Symbol" style="font-family:Arial">£</font>3', "£3"),
        (
            '10<font face="Symbol"><sup>-6</sup></font> g, <i style="font-family:Symbol">b</i>-cells',
            "10⁻⁶ g, *β*-cells",
        ),
    ],
)
def test_the_font_symbol_changes_its_own_letters_and_nothing_else(html: str, markdown: str) -> None:
    assert markdown_of(f"<p>{html}</p>") == markdown


def test_word_s_headings_lists_bold_links_and_tables_become_ours() -> None:
    assert markdown_of(WORD) == FROM_WORD


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ('<b style="font-weight:normal"><span style="font-weight:700">Bold</span> not</b>', "**Bold** not"),
        ("<ul><li><p>One</p><ul><li>Deep</li></ul></li><li>Two</li></ul>", "- One\n   - Deep\n- Two"),
        ("<p>a<strong> spaced </strong>b<strong></strong></p>", "a **spaced** b"),
        ("<b><p>x</p><p>y</p></b>", "**x**\n\n**y**"),
        ("<b>a <strong>b</strong></b>", "**a b**"),
        ("<p>One<br>line\n\nof&nbsp;text</p>", "One line of text"),
        ("just text", "just text"),
        ("", ""),
        ('<a href="http://example.org">no</a> <a href="/x">no</a> <a href="javascript:x">no</a>', "no no no"),
        ("<blockquote>said</blockquote>", "> said"),
        # A dose is not another for having been pasted; "106 cells" would be.
        (
            "<p>1 × 10<sup>6</sup> cells per kg, 10<sup>-3</sup> and 10<sup>−3</sup></p>",
            "1 × 10⁶ cells per kg, 10⁻³ and 10⁻³",
        ),
        ("10<span style='font-size:0.6em;vertical-align:super'>6</span> cells", "10⁶ cells"),
        ("10<sup><b>6</b></sup> cells", "10**⁶** cells"),
        ("10<sup>5.5</sup>, 2<sup>x</sup>, 1<sup>st</sup>, Drug<sup>®</sup>", "10^5.5, 2^x, 1st, Drug®"),
        ("10<sup>-5.5</sup>, 10<sup>−n</sup>, 2<sup>.5</sup>, kg<sup>0.75</sup>", "10^-5.5, 10^−n, 2^.5, kg^0.75"),
        ("2<sup>(n+1)</sup>, 10<sup>(n − 1)</sup>, 40<sup>(a)</sup>", "2^(n+1), 10^(n − 1), 40(a)"),
        (
            "2<sup>(n+k)</sup>, 10<sup>(x-2)</sup>, 10<sup>(2n+1)</sup>, 2<sup>(1-n)</sup>",
            "2^(n+k), 10^(x-2), 10^(2n+1), 2^(1-n)",
        ),
        # Of 40 people, by the note under a table.
        ("40<sup>a,b</sup> people, 12<sup>a–c</sup> of 40<sup>(a, b)</sup>", "40a,b people, 12a–c of 40(a, b)"),
        ("2<sup>n–k</sup>, 10<sup>(a+b)</sup>, 10<sup>(a−b)</sup>, 2<sup>a</sup>", "2^n–k, 10^(a+b), 10^(a−b), 2^a"),
        # Notes, from one to another.
        (
            "of 40<sup>(a–c)</sup>, 12<sup>(A-C)</sup>, 5%<sup>(a–c)</sup>, 7<sup>(i–iii)</sup>, 8<sup>(ref-1)</sup>",
            "of 40(a–c), 12(A-C), 5%(a–c), 7(i–iii), 8(ref-1)",
        ),
        ("of 40<sup>(S1–S3)</sup>, 12<sup>(12a-12c)</sup>, 9<sup>(3–5)</sup>", "of 40(S1–S3), 12(12a-12c), 9⁽³⁻⁵⁾"),
        ("<b>10</b><sup>5.5</sup>, 10<sup><b>5.5</b></sup>", "**10**^5.5, 10^**5.5**"),
        ("p53<sup>−/−</sup>, CD34<sup>+ve</sup>, 12<sup>*</sup>", "p53−/−, CD34+ve, 12\\*"),
        ("40<sup>&nbsp;</sup>people, 10<sup>6&nbsp;</sup>cells", "40 people, 10⁶ cells"),
        ("CO<sub>2</sub>, T<sub>max</sub>, H<span style='vertical-align: sub'>2</span>O", "CO₂, Tmax, H₂O"),
        ("of 40 patients<sup>3,4</sup>", "of 40 patients³,⁴"),
        # Who struck it does not say it.
        ("They are <s>not</s> <del>never</del> <strike>rarely</strike> safe", "They are safe"),
        ("are <span style='text-decoration:line-through'>not <b>at all</b></span> safe", "are safe"),
        (
            "<table><tr><td>safe<td style='text-decoration:line-through'>cured</table><h3 style='display:none'>No</h3>",
            "- safe",
        ),
        (
            "They <em style='text-decoration: line-through'>do <a href='https://x.example/'>not</a></em> work",
            "They work",
        ),
        ("<ul><li style='text-decoration:line-through'><span style='text-decoration:none'>said</span></ul>", "- said"),
        ("are <span style='display:none;mso-hide:all'>not</span> safe", "are safe"),
    ],
)
def test_what_pages_and_google_docs_give(html: str, text: str) -> None:
    assert markdown_of(html) == text


@pytest.mark.parametrize(
    "text", ["* star", "# 1", "1. one", "- d", "a_b_c", "_x_", "[x](y)", "`c`", "&lt;b&gt;", "2*3*4"]
)
def test_signs_of_a_text_stay_what_they_are(text: str) -> None:
    written = text.replace("&", "&amp;")
    shown = re.sub(r"<[^>]*>", "", html_of(markdown_of(f"<p>{written}</p>"))).strip()
    assert shown == written


@pytest.mark.parametrize(
    "frame", ["{}", "<p>{}</p>", "<ul><li>{}</ul>", "<table><tr><td>{}", "<p style='mso-list:l0 level1'>{}"]
)
def test_nothing_hostile_survives_a_paste(frame: str) -> None:
    for payload in PAYLOADS:
        shown = html_of(markdown_of(frame.format(payload)))
        assert set(re.findall(r"<(\w+)", shown)) <= {
            "p",
            "ul",
            "ol",
            "li",
            "strong",
            "em",
            "a",
            "h3",
            "blockquote",
            "br",
        }
        assert all(re.match(r"(https|mailto|tel):", href) for href in re.findall(r'href="([^"]*)"', shown)), payload
        assert not re.search(r"<[^>]*\son\w+=", shown), payload


def test_an_editor_s_paste_is_cleaned_and_what_is_too_much_is_refused_in_a_sentence(desk: Client) -> None:
    answer = desk.post(PASTE, {"html": "<p><b>Zoë</b> O'Brien &amp; Sons<script>alert(1)</script></p>"})
    assert answer.json() == {"text": "**Zoë** O'Brien & Sons", "said": ""}
    for html in ("x" * (MOST_LETTERS + 1), "<div>" * (DEEPEST_BOX + 1)):
        refused = desk.post(PASTE, {"html": html})
        assert refused.status_code == 413
        assert "Paste it in parts." in refused.json()["said"]


def test_who_may_not_write_cleans_nothing(reviewing: Client) -> None:
    assert reviewing.post(PASTE, {"html": "<p>x</p>"}).status_code == 403

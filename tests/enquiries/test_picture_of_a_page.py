import pytest
import typst

from enquiries.documents.looks import WIDTH, picture_of_page

pytestmark = pytest.mark.pure

TWO_PAGES = b"#set page(width: 100pt, height: 50pt, fill: red)\n#pagebreak()\n#set page(height: 150pt, fill: blue)\n"


@pytest.mark.parametrize(("number", "height", "channel"), [(1, WIDTH // 2, 0), (2, WIDTH * 3 // 2, 2)])
def test_a_picture_is_of_the_page_that_is_asked_for_and_as_wide_as_it_is_shown(
    number: int, height: int, channel: int
) -> None:
    pdf = typst.compile(TWO_PAGES, format="pdf", ignore_system_fonts=True)
    picture = picture_of_page(pdf, number)
    assert (picture.mode, picture.size) == ("RGB", (WIDTH, height))
    color = picture.getpixel((WIDTH // 2, height // 2))
    assert isinstance(color, tuple)
    assert max(color) == color[channel]

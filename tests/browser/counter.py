"""What something costs whoever does it."""

# By hand a Tab is a key press as well, so each counts.
FOCUSED = "document.activeElement.innerText || document.activeElement.value || ''"
MOST_KEYS = 12


class Counter:
    """Counts what a person does with hand and eye, from the page on which it begins."""

    def __init__(self, page) -> None:
        self.page, self.clicks, self.keys, self.loads = page, 0, 0, 0
        page.on("load", lambda _page: self.count_load())

    def count_load(self) -> None:
        self.loads += 1

    def click(self, target) -> None:
        self.clicks += 1
        target.click()

    def press(self, key: str) -> None:
        self.keys += 1
        self.page.keyboard.press(key)

    def press_until(self, key: str, words: str) -> None:
        for _press in range(MOST_KEYS):
            self.press(key)
            if words in self.page.evaluate(FOCUSED):
                return
        raise AssertionError(f"{words} is not reached by {key}")

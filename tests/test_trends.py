"""What rose against the weeks before: counted from titles, only where there were weeks to compare with."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scout.draft.trends import rising, weeks_before
from scout.model import Item, Kind, Topic, Window

WINDOW = Window(since=date(2026, 5, 18), until=date(2026, 5, 24))
TOPICS = (Topic(name="kv-cache", terms=("KV cache",)),)


def titled(title: str, days_before: int = -1, number: int = 0) -> Item:
    """Return an item published so many days before the window; -1 is its first day."""
    at = datetime(2026, 5, 17, 12, tzinfo=UTC) - timedelta(days=days_before)
    return Item(id=f"url:{title}{days_before}{number}", kind=Kind.PAPER, title=title, url="https://example.org/", published=at)


def every_week(title: str) -> list[Item]:
    """Return one such title in each of the eight weeks before."""
    return [titled(title, 7 * week + 1) for week in range(8)]


def test_a_rise_has_its_counts() -> None:
    """A term with six titles now and eight in eight weeks rose sixfold, and titles show it."""
    now = [titled(f"Part {n}: the KV cache", number=n) for n in range(6)]
    others = [titled("Cats", 7 * week + 1, number) for week in range(8) for number in range(5)]
    (rise,) = rising(now, every_week("On the KV cache") + others, TOPICS, window=WINDOW).rises
    assert (rise.term, rise.now, rise.before, rise.ratio) == ("kv cache", 6, 8, 6.0)
    assert rise.examples == ("Part 0: the KV cache", "Part 1: the KV cache")


def test_two_words_side_by_side_are_a_term() -> None:
    """A phrase that no topic has is found, unless it is made of empty words."""
    now = [titled(f"{name}: Radix Attention for the KV Cache", number=n) for n, name in enumerate("ABCD")]
    before = [titled("On the KV cache", 7 * week + 1, number) for week in range(8) for number in range(4)]
    told = rising([*now, titled("Deep Forests for Cats")], before, TOPICS, window=WINDOW)
    assert [rise.term for rise in told.rises] == ["radix attention"]
    assert told.rises[0].before == 0


def test_a_train_of_releases_is_no_theme() -> None:
    """Candidates and patches of one version repeat a project's name; that is no rise of anything."""
    others = [titled("Cats", 7 * week + 1, number) for week in range(8) for number in range(5)]
    now = [titled("KV cache store v1", number=n) for n in range(6)]
    assert rising(now, others, TOPICS, window=WINDOW).rises
    assert not rising([replace(one, kind=Kind.RELEASE) for one in now], others, TOPICS, window=WINDOW).rises


def test_without_weeks_before_nothing_is_said() -> None:
    """Where fewer than four of the eight weeks were collected, it says so instead of calling everything new."""
    told = rising([titled("KV cache", number=n) for n in range(2)], every_week("x")[:3], TOPICS, window=WINDOW)
    assert told.rises == ()
    assert told.why == "only 3 of the 8 weeks before the window were collected as it was"


def test_a_few_old_posts_are_no_week() -> None:
    """A store that holds one post a week from before it collected anything else compares with none of these weeks."""
    told = rising([titled("KV cache", number=n) for n in range(9)], every_week("x"), TOPICS, window=WINDOW)
    assert told.weeks == 0


def test_steady_terms_do_not_rise() -> None:
    """A term as frequent as ever is not named."""
    before = [titled("KV cache", 7 * week + 1, n) for week in range(8) for n in range(4)]
    assert rising([titled("KV cache", number=n) for n in range(4)], before, TOPICS, window=WINDOW).rises == ()


def test_the_weeks_before_end_where_the_window_starts() -> None:
    """Eight weeks, up to the day before."""
    earlier = weeks_before(WINDOW)
    assert (earlier.days, earlier.until) == (56, date(2026, 5, 17))


@given(st.randoms(), st.lists(st.text(alphabet="ab KVcache-:.", max_size=20), max_size=20))
def test_order_does_not_matter(random: object, titles: list[str]) -> None:
    """The same items in any order give the same answer."""
    items = [titled(title, number=n) for n, title in enumerate(titles)] + [titled("KV cache", number=n) for n in range(90, 94)]
    shuffled = list(items)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    before = every_week("On the KV cache")
    assert rising(items, before, TOPICS, window=WINDOW) == rising(shuffled, before[::-1], TOPICS, window=WINDOW)


def test_one_phrase_is_counted_in_all_its_spellings() -> None:
    """Titles with `KVCache`, `KV-Caches` and `KV cache` rise together, under the phrase's own name."""
    others = [titled("Cats", 7 * week + 1, number) for week in range(8) for number in range(5)]
    now = [titled(title) for title in ("KVCache", "On KV-Caches", "The KV cache", "kvcaches")]
    (rise,) = rising(now, others, TOPICS, window=WINDOW).rises
    assert (rise.term, rise.now) == ("kv cache", 4)

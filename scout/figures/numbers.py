r"""Find the quantities in a sentence: numbers with units, ranges, changes from one value to another, numbers in words.

Read as written, TeX included: `3.8x`, `10–62%`, `$2.5\times$`, `48\%`, `19.8 GB → 0.45 GB`, `from 4.2 minutes to 38 seconds`,
`halved`, `threefold`, `two orders of magnitude`. Model sizes, versions, ids, dates and bare counts have no unit here, and don't
match.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Quantity(NamedTuple):
    """One quantity as written, with its bounds; `low` is the first value, `high` the last, both in their own units.

    `change`: it goes from the first value to the last. `word`: it is written in letters.
    """

    text: str
    low: float
    high: float
    unit: str
    start: int
    end: int
    change: bool = False
    word: bool = False


class Notation(NamedTuple):
    """A field's notation: the pattern of a quantity in digits, and its units' names by group."""

    pattern: re.Pattern[str]
    units: tuple[str, ...]


_X = (
    r"\s?\$?\\times\$?(?![A-Za-z])|\s?×\$?(?!\s?\d)|\s?(?:x|(?<!\d\d\d\d)X)(?!\w)"
    r"|[- ]?fold\b|\s(?:times)\b(?=[.,;)]|$|\s(?:that|as|the"
    r"|more|less|higher|lower|faster|better|larger|smaller|cheaper|greater|fewer|slower|shorter|improvement"
    r"|{times_of}))|(?:(?<=\.\d)|(?<=\.\d\d))\stimes\b(?! out)"
)
_SECONDS = (
    r"(?:\\,)?\\(?:mathrm|text)\{[mnuµμ]?s\}|\s?(?:ms|µs|μs|us|ns|\\mu ?s)(?!\w)|\s(?:milli|micro"
    r"|nano)seconds?\b|\ss(?![\w/'])|(?<=\d)s(?![\w/'])"
    r"|\s(?:seconds?|secs?|minutes?|mins?|hours?)\b"
)
_JOIN = (
    r"\s?(?:-|–|—|~|\\sim|\\text\{--\})\s?(?!\+)|\s?(?:→|->|=>|\\to|\\rightarrow)\s?"
    r"|\s(?:down |up )?to\s(?:just |only |about |around |approximately |nearly )?|\s?--\s?"
)


def notation(*, counted: str, rates: str, per: str, points_of: str, times_of: str, units: Mapping[str, str]) -> Notation:
    """Build a field's notation from patterns; `units` are its own units by name."""
    rate = rf"(?:/s(?:ec(?:ond)?)?|(?:\s|-)per(?:\s|-)(?:second|minute|hour))(?:/{per})?"
    known = {
        "%": r"\s?\\?%|\s?(?:percent\b|per cent\b|percentage[- ]points?\b|pp\b)",
        "x": _X.replace("{times_of}", times_of),
        "points": rf"[\s-](?:(?:{points_of} )?points?)\b",
        "/s": rf"\s?(?:(?:[kKM]|thousand|million|billion)\s)?{counted}{rate}(?!\w)|\s?{rates}\b(?!/)",
        "B/s": r"\s?(?:[KMGT]i?[Bb](?:/s(?:ec)?|ps)|[KMGT]bit/s)(?!\w)",
        "B": r"\s?(?:[KMGTP]i?B|gigabytes|megabytes|terabytes|petabytes)(?![\w/])",
        "s": _SECONDS,
        "J": rf"\s?(?:m?J|kWh|Wh|kW|joules?|watts?)(?:/{counted})?(?![\w])|\sW(?![\w])",
        "FLOPS": r"\s?[GTP]FLOPS?(?:/s)?(?!\w)",
        **{name: rf"\s?{written}(?!\w)" for name, written in units.items()},
    }
    unit = "|".join(f"(?P<u{n}>{pattern})" for n, pattern in enumerate(known.values()))
    again = re.sub(r"\?P<u\d+>", "?:", unit)
    thousands = rf"[kK](?=\s?(?:{counted}|{rates}|to\b|-|–))"
    number = rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d+)(?:\.\d+)?(?:{thousands})?"
    return Notation(
        re.compile(
            rf"(?<![\w.,#/:§^=@~$-])(?<!\$\d)(?P<sign>[+−-]|[~≈∼]|\$?\\(?:sim|approx)\s?\$?)?"
            rf"\$?(?P<first>{number})(?:(?P<unit1>{again})?\$?(?P<join>{_JOIN})\$?[+−]?(?P<second>{number}))?(?:{unit})"
            rf"|(?<![\w$])(?:US)?\\?\$(?P<money>{number})(?:(?:\s?[-–]\s?|\sto\s)\\?\$?(?P<money2>{number}))?"
            r"(?:\s?(?:[kKMB]|million|billion|thousand|cents)\b(?!/))?(?![\w\\]|/\d(?!\d{0,3}[KMB]\b)|\.\d)(?!\s?\\)"
            r"|(?<=\bfrom )(?P<plain>(?P<from>\d+\.\d+) to (?P<to>\d+\.\d+))(?![\w%]|\.\d|\s?[×x%])"
        ),
        tuple(known),
    )


_ORDERS = (
    r"(?:(?:more than |over |about |nearly |up to )?(?:an?|one|two|three|several|multiple|\d)"
    r"(?:\s|-)orders?(?:\s|-)of(?:\s|-)magnitude)"
)
_WORD = re.compile(
    rf"(?i)(?<![\w-])(?P<orders>{_ORDERS})(?![\w-])"
    r"|(?<![\w-])(?P<fold>(?:two|three|four|five|six|seven|eight|nine|ten|twenty|hundred|several)-?fold)(?![\w-])"
    r"|(?<![\w-])(?P<times>twice|thrice|(?:two|three|four|five|six|seven|eight|nine|ten) times)(?=\s(?:as|the"
    r"|that|more|less|higher|lower|faster|better|larger|smaller|cheaper|fewer|greater)\b)"
    r"|(?<![\w-])(?P<multi>doubl(?:es|ed|ing)|double(?=\s(?:the|its|our)\b)|tripl(?:es|ed|ing)"
    r"|triple(?=\s(?:the|its|our)\b)|quadrupl(?:es|ed|ing))(?![\w-])"
    r"|(?<![\w-])(?P<part>halv(?:e|es|ed|ing)|(?<=\bby )half|(?<=\bin )half(?!\sprecision|\sof\b|\san?\b)"
    r"|(?<=\bto )half|half(?=\s(?:the"
    r"|of the|its|as)\b)|(?<=\bby )(?:(?:a|one)[- ])?(?:third|quarter)|(?:a|one)[- ](?:third|quarter|fifth"
    r"|tenth)(?=\sof\b)|(?:two[- ]thirds|three[- ]quarters))(?![\w-])",
)
_COUNTS = dict(
    zip(("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), range(2, 11), strict=True),
    twenty=20, hundred=100, several=0, doubl=2, tripl=3, quadrupl=4, twice=2, thrice=3, halv=0.5, half=0.5,
)  # fmt: skip
_SCALED = frozenset({"%", "x", "points", "/s", "B/s", "B", "s", "J", "FLOPS"})
_SCALE = {"n": 1e-9, "µ": 1e-6, "μ": 1e-6, "u": 1e-6, "m": 1e-3, "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15}


def _number(text: str) -> float:
    factor = 1000 if text[-1] in "kK" else 1
    return float(text.rstrip("kK").replace(",", "")) * factor


def scale(unit: str) -> float:
    """Return the factor from a written unit to its base unit: `ms` 0.001, `minutes` 60, `GB` 1e9, else 1."""
    unit = unit.strip().lstrip("\\")
    if unit.startswith(("min", "hour", "sec", "s")):
        return {"m": 60.0, "h": 3600.0}.get(unit[0], 1.0)
    if thousands := re.match(r"([kKM]|thousand|million|billion)\s", unit):
        return {"k": 1e3, "t": 1e3, "m": 1e6, "b": 1e9}[thousands[1][0].lower()]
    prefix = re.match(r"([nµμumkKMGTP])i?(?:s\b|B|b|J|W|FLOP|sec)|(milli|micro|nano|giga|mega|tera)", unit)
    if not prefix:
        return 1.0
    return _SCALE.get(prefix[1] or "", 0) or {"mi": 1e-3, "na": 1e-9, "gi": 1e9, "me": 1e6, "te": 1e12}.get(unit[:2], 1.0)


def _is_factor(unit: str) -> bool:
    return bool(re.search(r"[xX×]|times|fold", unit))


def _digits(match: re.Match[str], sentence: str, units: tuple[str, ...]) -> Quantity:
    if match["plain"]:
        return Quantity(
            match["plain"], float(match["from"]), float(match["to"]), "", match.start("plain"), match.end("plain"), change=True
        )
    if match["money"]:
        last = match["money2"] or match["money"]
        return Quantity(
            match[0].strip(), _number(match["money"]), _number(last), "$", match.start(), match.start() + len(match[0].strip())
        )
    start = match.start() if (match["sign"] or "~") in "+−-" else match.start("first")
    text = sentence[start : match.end()].rstrip()
    text = text[:-1] if text.count("$") % 2 and text.endswith("$") else text
    end = start + len(text)
    unit, written = next((name, match[f"u{n}"]) for n, name in enumerate(units) if match[f"u{n}"])
    first_unit = match["unit1"] or written
    if match["second"] and _is_factor(first_unit) != _is_factor(written):  # 2 req/s up to 14.5x: no range
        start = match.start("second")
        high = _number(match["second"])
        return Quantity(sentence[start:end], high, high, unit, start, end)
    low, high = _number(match["first"]), _number(match["second"] or match["first"])
    arrow = bool(match["join"] and re.search(r"→|>|\\to|arrow", match["join"]))
    came = re.search(r"(?i)(?<!\branging )\bfrom\s(?:about |around |roughly |over |nearly )?\$?[~≈]?$", sentence[:start])
    change = bool(match["second"]) and (arrow or (bool(came) and bool(re.search(r"\bto\b", match["join"]))))
    if not change and match["second"] and re.search(r"\b(?:down|up) to", match["join"]):
        change = True
    if match["second"] and unit == "B" and match["unit1"] and re.search(r"\bto\b", match["join"]):
        change = True  # 19.8 GB to 0.45 GB: a change, seldom a range
    if unit in _SCALED:
        low, high = low * scale(first_unit), high * scale(written)
    return Quantity(text, low, high, unit, start, end, change)


def _letters(match: re.Match[str]) -> Quantity:
    text = match[0]
    if match["orders"]:
        return Quantity(text, 10.0, 10.0, "x", match.start(), match.end(), word=True)
    folded = text.lower()
    value = next((count for word, count in _COUNTS.items() if folded.startswith(word)), 0.0)
    if match["part"]:
        value = next(
            (
                part
                for word, part in (
                    ("two", 2 / 3),
                    ("three", 0.75),
                    ("hal", 0.5),
                    ("third", 1 / 3),
                    ("quarter", 0.25),
                    ("fifth", 0.2),
                    ("tenth", 0.1),
                )
                if word in folded
            ),
            value,
        )
    return Quantity(text, value, value, "x", match.start(), match.end(), word=True)


def quantities(sentence: str, notation: Notation) -> list[Quantity]:
    """Return every quantity of a sentence, in order, none inside another, none inside code or an address."""
    hidden = [m.span() for m in re.finditer(r"`[^`]*`|https?://\S+|\barXiv:\S+", sentence)]
    found: list[Quantity] = [_digits(match, sentence, notation.units) for match in notation.pattern.finditer(sentence)]
    found += [_letters(match) for match in _WORD.finditer(sentence)]
    kept: list[Quantity] = []
    for quantity in sorted(found, key=lambda q: (q.start, -q.end)):
        inside = any(start <= quantity.start < end for start, end in hidden)
        if not inside and (not kept or quantity.start >= kept[-1].end):
            kept.append(quantity)
    return kept

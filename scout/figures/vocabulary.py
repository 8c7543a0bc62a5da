"""Define the vocabulary of one field, as in its file: metrics, units, hardware words, and the report's default wording.

`Metrics` is a value, passed to whatever reads figures. `config.field_file` builds it from YAML; the patterns are compiled from
phrases (`phrases`) on first use.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from scout.figures import english, numbers, phrases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scout.figures.numbers import Notation

UNITS = ("s", "min", "B", "B/s", "/s", "J", "FLOPS", "$", "points", "number")
"""Units that a metric may have; % and x fit every metric."""
Phrases = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric: its name, which way is better, and the phrases that name it; the shipped file explains each list."""

    name: str
    better: Literal["lower", "higher"]
    terms: Phrases = ()
    weak: Phrases = ()
    timed: Phrases = ()
    acts: Phrases = ()
    acts_on: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    implied: tuple[str, ...] = ()
    decides: bool = False
    weak_beside: bool = False
    role: Literal["", "speed"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The report's default wording, where feeds.yaml has none.

    `evaluation` labels the verdict's line, `measured` says what the metrics that decide have in common.
    """

    criteria: str = "novelty of the work, and what it may change"
    organization: str = "(A) studies of what is in use; and (B) new ideas and methods"
    A: str = "Empirical studies"
    B: str = "Ideas and methods"
    evaluation: str = "Evaluation"
    measured: str = "of a measure that decides"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantities:
    """How the field writes quantities beyond time, bytes, money, energy, % and x."""

    counted: Phrases = ()
    rates: Phrases = ()
    per: Phrases = ()
    points_of: Phrases = ()
    times_of: Phrases = ()
    units: dict[str, Phrases] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hardware:
    """Devices by name. Upper and lower case count."""

    label: str = "hardware"
    makers: Phrases = ()
    devices: Phrases = ()
    after: Phrases = ()
    families: Phrases = ()
    clusters: Phrases = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """Families of models, and words that follow them. Upper and lower case count."""

    label: str = "model"
    families: Phrases = ()
    designations: Phrases = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Workloads:
    """Workloads: by name, or one to three words before a noun."""

    label: str = "workload"
    nouns: Phrases = ()
    names: Phrases = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotFigures:
    """Words beside a quantity that make it no measurement."""

    counted: Phrases = ()
    shares: Phrases = ()
    unless: Phrases = ()
    conditions: Phrases = ()
    conditions_unless: Phrases = ()
    settings: Phrases = ()
    devices: Phrases = ()
    machines: Phrases = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Production:
    """Signs of work from production: its word beside places, or terms; not `planned`. Upper and lower case count."""

    word: str = "production"
    places: Phrases = ()
    not_places: Phrases = ()
    terms: Phrases = ()
    planned: Phrases = ()


class Term(NamedTuple):
    """A metric's name in a sentence; `strong` terms suffice by themselves, `how` is the list that has the phrase."""

    start: int
    end: int
    metric: Metric
    strong: bool
    how: str


@dataclass(frozen=True, kw_only=True)
class Metrics:
    """The whole vocabulary of a field. Not slotted: its patterns are cached. `file` is its name in messages."""

    file: str = ""
    field: str = ""
    report: Wording = Wording()
    metrics: tuple[Metric, ...] = ()
    qualifiers: Phrases = ()
    quantities: Quantities = Quantities()
    hardware: Hardware = Hardware()
    models: Models = Models()
    workloads: Workloads = Workloads()
    not_figures: NotFigures = NotFigures()
    production: Production = Production()
    venues: tuple[str, ...] = ()
    title_words: tuple[str, ...] = ()

    @cached_property
    def notation(self) -> Notation:
        """The notation of quantities."""
        told = self.quantities
        return numbers.notation(
            counted=phrases.any_of(told.counted),
            rates=phrases.any_of(told.rates),
            per=phrases.any_of(told.per),
            points_of=phrases.any_of(told.points_of),
            times_of=phrases.any_of(told.times_of),
            units={name: phrases.any_of(written) for name, written in told.units.items()},
        )

    @cached_property
    def _strong(self) -> re.Pattern[str]:
        return self._named("terms", "acts")

    @cached_property
    def _weak(self) -> re.Pattern[str]:
        return self._named("weak", "timed")

    def _named(self, *lists: str) -> re.Pattern[str]:
        parts = [
            f"(?P<{name}_{n}>{phrases.any_of(getattr(metric, name))})"
            for n, metric in enumerate(self.metrics)
            for name in lists
            if getattr(metric, name)
        ]
        return re.compile(rf"(?<![\w@])(?:{'|'.join(parts) or phrases.NOTHING})(?![\w@])", re.IGNORECASE)

    def terms(self, text: str, *, strong: bool) -> Iterator[Term]:
        """Yield the metric names in a text, in order, strong terms or weak ones."""
        for found in (self._strong if strong else self._weak).finditer(text):
            how, _, number = (found.lastgroup or "").rpartition("_")
            yield Term(found.start(), found.end(), self.metrics[int(number)], strong, how)

    def mentioned(self, text: str) -> bool:
        """Say whether a text has a term of any metric, strong or weak."""
        return bool(self._strong.search(text) or self._weak.search(text))

    def names(self, text: str, at: int = 0) -> bool:
        """Say whether a strong term of a metric starts at an offset."""
        return bool(self._strong.match(text, at))

    @cached_property
    def fitting(self) -> dict[str, frozenset[str]]:
        """The names of the metrics that fit each unit; `` is a bare number."""
        names = [*UNITS, *self.quantities.units]
        return {"" if u == "number" else u: frozenset(m.name for m in self.metrics if u in m.units) for u in names}

    @cached_property
    def implied(self) -> dict[str, Metric]:
        """The metric of a unit where none is named."""
        return {unit: metric for metric in reversed(self.metrics) for unit in metric.implied}

    @cached_property
    def beside(self) -> re.Pattern[str]:
        """Words allowed between a figure and its metric."""
        return re.compile(english.BESIDE.format(qualifiers=phrases.any_of(self.qualifiers)))

    @cached_property
    def device(self) -> str:
        """The pattern of a device's name."""
        told = self.hardware
        maker = f"(?:{phrases.any_of(told.makers)} )?" if told.makers else ""
        return f"{maker}{phrases.any_of(told.devices)}"

    @cached_property
    def hardware_words(self) -> re.Pattern[str]:
        """Hardware that a figure was measured on."""
        told = self.hardware
        after = f"(?: {phrases.any_of(told.after)})?"
        return re.compile(
            rf"(?:\b\d+\s?[x×]\s?)?\b{self.device}(?![\w-]){after}|\b{phrases.any_of(told.families)}{after}\b"
            rf"|\b\d+(?:\s|-)?{phrases.any_of(told.clusters)}\b"
        )

    @cached_property
    def model_words(self) -> re.Pattern[str]:
        """Models that a figure was measured on."""
        return re.compile(
            rf"\b{phrases.any_of(self.models.families)}(?:[- ]?(?:\d+(?:\.\d+)?[BT](?:-A\d+B)?|\d+x\d+B|V?\d+(?:\.\d+)*[a-z]?"
            rf"|K\d(?:\.\d+)?|R\d|{phrases.any_of(self.models.designations)}))+(?![\w]|\.\d)"
        )

    @cached_property
    def workload_words(self) -> re.Pattern[str]:
        """Workloads: named, or a few words before a noun."""
        noun, names = phrases.any_of(self.workloads.nouns), phrases.any_of(self.workloads.names)
        return re.compile(
            rf"(?i:\b{names}(?: {noun})?\b"
            r"|\b(?:(?!(?:on|across|to|of|over|in|for|with|by|and|the|all|under|from|that|a|an|is|are|our|at|as|tested"
            rf"|several|multiple|various|these|this)\b)[\w-]{{1,60}} ){{1,3}}{noun}\b)"
        )

    @cached_property
    def counted(self) -> re.Pattern[str]:
        """Words after a factor that is a count: `8x H100`."""
        told = self.not_figures
        counted = f"(?:{self.device}|{phrases.any_of((*self.hardware.makers, *told.counted))})"
        return re.compile(english.COUNTED.format(counted=counted, unless=phrases.any_of(told.unless)))

    @cached_property
    def shared(self) -> re.Pattern[str]:
        """Words after a percentage that is a share."""
        told = self.not_figures
        return re.compile(english.SHARE.format(shares=phrases.any_of(told.shares), unless=phrases.any_of(told.unless)))

    @cached_property
    def condition(self) -> re.Pattern[str]:
        """Words after a quantity that is a condition."""
        told = self.not_figures
        conditions = f"{phrases.any_of(told.conditions)}(?! {phrases.any_of(told.conditions_unless)})"
        return re.compile(english.CONDITION.format(conditions=conditions))

    @cached_property
    def condition_before(self) -> re.Pattern[str]:
        """Words before a quantity that is a setting."""
        return re.compile(english.CONDITION_BEFORE.format(settings=phrases.any_of(self.not_figures.settings)))

    @cached_property
    def sized(self) -> re.Pattern[str]:
        """Words after a size that is a device's."""
        named = f"(?:{phrases.any_of(self.not_figures.devices)}|{self.device})"
        return re.compile(rf"(?i)^\s*\(?(?:of )?(?:[\w-]+ )?{named}\b")

    @cached_property
    def equipped(self) -> re.Pattern[str]:
        """Words before a size or a rate that a device has: `nodes with`, `H200 memory is`."""
        told = self.not_figures
        sized = phrases.any_of(told.devices)
        named = f"(?:{self.device}|{sized}|{phrases.any_of(told.counted)})"
        return re.compile(rf"(?i)\b{named}{english.HAS}|\b{self.device}(?: [\w-]+){{0,2}} {sized} (?:is|of)\b")

    @cached_property
    def machine(self) -> re.Pattern[str]:
        """Words of a sentence that tells what machine it was: its sizes and rates are the machine's."""
        return re.compile(rf"\b{phrases.any_of(self.not_figures.machines)}\b")

    @cached_property
    def device_before(self) -> re.Pattern[str]:
        """A device's name right before a size (`H100 80 GB`), or as what has it (`H100's memory bandwidth is`)."""
        return re.compile(rf"\b{self.device} \(?$|\b{self.device}['’]s (?:[\w-]+ ){{0,4}}\(?$")

    @cached_property
    def from_production(self) -> re.Pattern[str]:
        """Words that say a work is from production."""
        told = self.production
        word, place = re.escape(told.word), phrases.any_of(told.places)
        return re.compile(
            rf"\b{word}(?:[- ](?:scale|grade|level))? (?:\w+ )?{place}\b(?! {phrases.any_of(told.not_places)}\b)"
            rf"|\b{place} (?:\w+ )?(?:from|in|of|at) (?:\w+ ){{0,3}}{word}\b"
            r"|\b(?:has been|have been|was|were|is|been|we) (?:\w+ ){0,2}(?:deployed|running|rolled out|in use)\b"
            rf" (?:\w+ ){{0,3}}(?:at|in|across|by) (?:\w+ ){{0,3}}(?:{word}|millions|thousands|hundreds)"
            r"|\b(?:is|are|has been|have been|was|were) (?:\w+ )?deployed (?:at|across) [A-Z]"
            rf"|\b{phrases.any_of(told.terms)}\b"
        )

    @cached_property
    def planned(self) -> re.Pattern[str]:
        """Words that say it may be deployed later."""
        plans = r"\b(?:can|could|may|might|would|will|should|to) (?:\w+ )?be (?:\w+ )?deployed\b"
        return re.compile(rf"{plans}|\b{phrases.any_of(self.production.planned)}\b", re.IGNORECASE)

    def venue(self, name: str) -> str:
        """Return a venue's name, in capitals unless the field writes it otherwise."""
        spelt = {venue.upper(): venue for venue in self.venues}
        return " ".join(spelt.get(word, word) for word in name.upper().split())

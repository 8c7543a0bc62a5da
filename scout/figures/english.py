"""English patterns about figures, for any field: direction, baseline, and uses that are no measurement.

Metrics, units and workloads are the field's: see `vocabulary`.
"""

from __future__ import annotations

import re

LOWER = re.compile(
    r"(?i)\b(?:discounts?|lower(?:s|ed|ing)?|less|fewer|smaller|reduc\w+|decreas\w+|sav(?:e[sd]?|ings?)|cut(?:s|ting)?"
    r"|drop(?:s|ped|ping)?|shr[iau]nk\w*"
    r"|cheaper|falls?|fell|fallen|down|shorten\w*|trim\w*|slash\w*|eliminat\w+|halv\w+|compress(?:es|ed"
    r"|ing)?(?! ratio| rate| factor)|shed(?:s|ding)?|los(?:s|es|t|ing)|degrad\w+"
    r"|slower|shorter|declin\w+|minus|in half|avoid\w*|removes?)\b"
)
HIGHER = re.compile(
    r"(?i)\b(?:higher|more|greater|larger|increas\w+|rais(?:e|es|ed|ing)|ris(?:e|es|en|ing)|rose|lift(?:s|ed"
    r"|ing)?|boost\w*|gain(?:s|ed|ing)?|grow(?:s|n|ing|th)?|grew"
    r"|climb\w*|doubl\w+|tripl\w+|quadrupl\w+|up(?! to)|jump\w*|accelerat(?:e|es|ed|ing)|extra"
    r"|additional|surg\w+|multipl(?:y|ies|ied)|twice)\b"
)
BETTER = re.compile(r"(?i)\b(?:speed-?ups?|faster|quicker|improv\w+|better|enhanc\w+|outperform\w*|beat(?:s|ing)?|ahead)\b")

BASELINE = re.compile(
    r"(?i)\b(?:than(?: that of| with| in| on)?|over|compared (?:to|with|against)|in comparison (?:to|with)"
    r"|vs\.?|versus|relative to"
    r"|against|with respect to|as (?:fast|much|many|quick\w*|large) as|that of|instead of)\s+"
)
ADJECTIVE = r"\w+-\w*(?:ed|aware)"
"""An adjective that may follow another after a comma: `the GDS-enabled, SSD-backed store`."""
BASELINE_END = re.compile(
    rf"[;:()]|,(?!\s{ADJECTIVE}\s)|"
    r"\.(?=\s|$)|\b(?:while|when|whereas|due to|because|thanks to|by (?:\w+ ){0,2}?[~+]?\d+"
    r"|and (?:\w+ly )?(?:\w+ing|up to"
    r"|at (?:least|most)|by|an? |the |its "
    r"|reduc\w+|improv\w+|cut\w*|rais\w+|lower\w*|increas\w+|decreas\w+|boost\w*|shrink\w*|sav\w+|keep\w*"
    r"|achiev\w+|deliver\w*|reach\w*|learn\w*|[+~]?\d+)|but|at (?:the|a|an|\d)|on (?!demand)|under|for|across"
    r"|with (?:only|no|a|negligible|minimal)|without|respectively|in (?:our|the))\b"
)

SHARE = r"(?i)^\s*of (?:(?!{unless})[\w-]+ ){{0,3}}?{shares}\b"
"""`20% of tokens`: a share; the field fills in the words."""
COUNTED = r"(?i)^\s*+(?:(?:-|×|x)\s*+)?(?:more |fewer |extra )?{counted}\b(?![- ]{unless})"
CONDITION = (
    r"(?i)^\s*(?:(?!(?:at|for|on|in|under|with|when|is|was|are|over|of|by|and|to|as|from|than|across"
    r"|without)\b)\w+[- ]){{0,3}}?(?:deadlines?|time-?outs?|budgets?|targets?"
    r"|limits?|thresholds?|objectives?|quantile|percentile|confidence|intervals?|windows?"
    r"|equity|stake|by default|CIs?|configurations?|settings?|{conditions})\b"
)
CONDITION_BEFORE = (
    r"(?i)(?:\b(?:(?:{settings}|deadline|time-?out|budget|target|limit|threshold|interval"
    r"|constraint)s?\s?(?:of|is|at|to|=|:|below|under)?|top|bottom|last|first|every|past|next|after"
    r"|expires? (?:in|after)"
    r"|\bp|keep(?:s|ing)? (?:only|the|only the)|version|v)"
    r"|\b(?:set|configured?|capped|limited|fixed|defaults?|increment\w*)\b[^,;.]{{0,40}}\b(?:to|at|with|of)(?: only| just)?)\s*$"
)
BESIDE = (
    r"(?i)^[\s$-]*(?:(?:average|mean|median|overall|relative|absolute|end-to-end|total|the|a|an|our|its|their"
    r"|of|in|for|on|as|much|significant|{qualifiers}|"
    r"reductions?|improvements?|increases?|decreases?|gains?|savings?|boosts?|drops?|cuts?|lifts?|rises?|lower"
    r"|higher|less|more|fewer|smaller|larger|greater|better|faster|shorter|"
    r"reduced|improved|increased|additional|extra|per-\w+|aggregate|better|worse)[\s-]+){{0,6}}$"
)
"""Words allowed between a figure and the metric after it."""
LOAD_BEFORE = re.compile(
    r"(?i)(?<!run )(?<!runs )(?<!running )(?<!serves )(?<!served )(?<!generates )(?<!generating )(?<!decodes )(?<!operates )"
    r"(?<!saturates )(?<!saturating )(?<!off )(?<!out )(?<!peaks )(?<!stays )(?<!settles )(?<!remains )"
    r"(?<!loads )(?<!transfers )(?<!reads )(?<!writes )(?<!streams )"
    r"\b(?:at|under|load of|arriv\w+ at)\s*(?:a |an )?(?:rate of |load of )?$"
)
MONEY_TALK = re.compile(
    r"(?i)\b(?:revenues?|funding|fund(?:s|ed)?|valuation|valued|shares?|stocks?|investors?|invest(?:s|ed|ment"
    r"|ments)|earnings|market cap|acqui(?:res?|red|sition)|sales|year-over-year|salar(?:y|ies)"
    r"|headcount|hir(?:es?|ing)|prices? of|last year|this year|enterprises?|survey(?:ed)?|respondents|adoption"
    r"|tax(?:es)?|tickets?|market)\b|\braised\s+\$"
)

CELL = re.compile(r"[<≤≥~≈∼$(+−-]{0,3}\d(?:[\d.,:–-]{0,20}\d)?(?:[%×xKkMB]|[a-z]{1,2})?\)?[†*]?")
"""A number that stands alone between spaces, as in a table's row that became a sentence."""
SUPPOSED = re.compile(
    r"(?i)^\s*(?:(?:and|but|that)\s)?when\b|\b(?:if|once|until|unless|whenever|would|should|must|might|may|could"
    r"|assum(?:e|es|ed|ing)|suppos(?:e|es|ed|ing)|theoretical(?:ly)?|nominal(?:ly)?|ideal(?:ly)?|expect(?:s|ed)?|predict(?:s|ed)?"
    r"|cross(?:es|ed|ing)|in order to)\b"
)
"""Words before a level, in its part of the sentence, that suppose it."""
SUPPOSED_BESIDE = re.compile(
    r"(?i)\b(?:expect|expected|anticipated|projected|theoretical|assumed|predicted|hypothetical|estimated|ideal)\s(?:(?:about|around|roughly|an?)\s){0,3}$"
)
EXAMPLE = re.compile(r"(?i)\b(?:e\.g\.|for example|for instance),?\s?$")
SUPPOSED_AFTER = re.compile(r"(?i)^\s(?!of\b)(?:\w+\s){0,2}?(?:theoretical|nominal|rated|advertised|ideal|line rate)\b")
DEFAULTS = re.compile(r"(?i)\b(?:defaults?|targets?|SLOs?|goals?|objectives?|budgets?|requirements?):")
SETUP = re.compile(
    r"(?i)\b(?:equipped|(?:inter)?connected (?:by|via|with|over|through)|consist(?:s|ing)? of|compris(?:es|ing)"
    r"|we (?:use|used|run|ran|evaluate|evaluated|test|tested)|(?:experiments?|evaluations?|tests?) (?:use|used|run|ran|are|were)"
    r"|(?:conducted|performed|run|tested|collected|measured) on|test-?bed|each (?:with|having|has))\b"
)
"""Words with which a text says what it was run on."""
HAS = r"(?: [\w-]+){0,3} (?:with|has|have|having|had|provides?|offers?|features?|contains?|includes?|supports?)\b"
"""What says a thing's size: `nodes with`, `HBM provides`."""
RESULT = re.compile(
    r"(?i)\b(?:reach|achiev|sustain|deliver|obtain|attain|yield|measur|tak|took|drop|fall|fell|rise|rose|consum|occup|stay|remain"
    r"|keep|kept|show|see|saw|observ|report|peak|averag|climb|saturat|serv|bring|brought|giv|gave)\w*"
)
"""Verbs that state a result."""
OFFERED = re.compile(
    r"(?i)\b(?:send(?:s|ing)?|sent|issu(?:e|es|ed|ing)|inject(?:s|ed|ing)?|submit(?:s|ted|ting)?|arriv(?:e|es|ed|ing)|arrivals?"
    r"|offered|ramp(?:s|ed|ing)?|swe(?:ep|eps|pt|eping)|var(?:y|ies|ied|ying)|rate[- ]limit(?:s|ed)?|throttl(?:e|es|ed|ing))\b"
)
"""Words by which a rate is what is put in."""
PRICED = re.compile(
    r"(?i)\b(?:priced|list prices?|charg(?:es|ed|ing)|bill(?:s|ed)|rent(?:s|ed|al)?|on-demand|retail|tariff)\b|\bat\s$"
)
POINT = re.compile(r"(?i)\b(?:at|under|for)\s(?:(?:an?|the|only|just|about|same|matched|equal)\s){0,2}$")
"""Before a level at which the work was run: `at 90% occupancy`."""
SIZES = re.compile(r"(?i)\bsizes\s(?:\w+\s){0,2}$")
"""Before sizes that were tried: `block sizes ranging from`."""
SHARE_OF_OTHER = re.compile(r"\sof (?!(?:that|the|its|their|our|an?|full|baseline|original|peak|this|all|native|what)\b)[a-z]")
"""`22% of lost answers`: a share of something, not of what was there before."""

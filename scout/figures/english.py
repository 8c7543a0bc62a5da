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
    r"|equity|stake|by default|{conditions})\b"
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
    r"(?<!reads )(?<!writes )(?<!streams )"
    r"\b(?:at|under|load of|arriv\w+ at)\s*(?:a |an )?(?:rate of |load of )?$"
)
MONEY_TALK = re.compile(
    r"(?i)\b(?:revenues?|funding|fund(?:s|ed)?|valuation|valued|shares?|stocks?|investors?|invest(?:s|ed|ment"
    r"|ments)|earnings|market cap|acqui(?:res?|red|sition)|sales|year-over-year|salar(?:y|ies)"
    r"|headcount|hir(?:es?|ing)|prices? of|last year|this year|enterprises?|survey(?:ed)?|respondents|adoption"
    r"|tax(?:es)?|tickets?|market)\b|\braised\s+\$"
)

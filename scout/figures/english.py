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

_ABOUT = r"(?:(?:up to|about|around|roughly|nearly|almost|over|more than|at (?:least|most)|an average of|only|another|an?) ){0,2}"
OUTPERFORMS = re.compile(r"(?i)\b(?:outperform|beat|surpass|exceed)\w*\s[^,;()]{1,80}?\sby\s(?:[a-z]+\s){0,3}[~≈]?$")
"""Before how much better something is: of what, only the words after the figure say."""
OUTPERFORMED = re.compile(r"(?i)\b(?:outperform|beat|surpass)\w*\b[^;]{0,200}$")
CHANGE_OF = re.compile(
    r"(?i)(?P<named>\b(?!(?:an?|the|average|mean|median|overall|relative|absolute|total|further|additional|modest|significant|large"
    r"|small|slight|consistent|substantial|maximum|peak|its|their|our|of|and|or)\b)[\w-]{1,40})"
    r" (?:improvement|reduction|increase|decrease|gain|drop|degradation|loss|fluctuation|variation|difference|deviation|error)s?"
    rf"(?: of | \(|: ){_ABOUT}[~≈+-]?$"
)
"""Before a figure, the change that it is, and what of: `a performance improvement of up to`."""
PART_OF_GAP = re.compile(r"(?i)\sof (?:the )?(?:[\w-]+ ){0,4}?(?:gap|difference|loss|lost)\b|^\sof lost\b")
PARAMETER = re.compile(r"\S\s?=\s?$")
FROM_PART = re.compile(r"\bfrom [\d.]+\s?% of [^,;]{1,60} to (?:about |only |just )?$")
"""Before the second of two shares: `from 62% of the step to`."""
PORTION = re.compile(r"(?i)\sof (?:the|its|their|our) (?:full|baseline|original|native) [\w@-]{1,30}")
"""A part of something by name: `97% of the baseline AUC`."""
NOUN_AFTER = re.compile(
    r"(?i)\s(?!(?:in|on|of|at|for|to|and|or|by|with|when|while|as|over|than|from|under|across|per|but|that|which|after|before|during|via"
    r"|through|throughout|using|between|within|without|against|versus|vs|even|only|is|are|was|were|be|has|have|had|can|if|because|since"
    r"|where|whereas|compared|relative|respectively|overall|average|absolute|each|on-par|up|down|the|a|an|its|their|our|both|all|so|then|it"
    r"|this|these|we|until|despite|respective|above|below|beyond|what|baselines?|still|not|no|again|also|already|thanks|due|or)\b|\w+(?:ing|ed|ly)\b)"
    r"[a-z][\w-]{1,40}(?: (?!(?:in|on|of|at|for|to|and|or|by|with|when|while|as|over|than|from|under|across)\b)[\w-]{1,40}){0,3}"
)
"""A noun right after a figure, with what stands before it: whose figure it is, if it is no metric."""
LISTED = re.compile(
    r"(?i)(?:, (?:and )?|\band )(?P<what>(?!(?:on|in|under|for|by|to|with|at|over)\b)[\w()-]{2,30}(?: [\w()-]{2,30}){1,6}) by "
    rf"{_ABOUT}[~≈+-]?$"
)
"""Before one of several figures, what it is of: `FLOPs by 40x, parameters by 25x`."""
NOTED = re.compile(
    r"(?i)(?:, (?:and )?|\band )(?P<what>(?!(?:on|in|under|for|by|to|with|at|over)\b)[\w-]{2,30}(?: [\w-]{2,30}){1,3}) \([~≈+-]?$"
)
"""Before a figure in brackets, what it is of: `throughput (+38%) and best interactivity (`."""
ACRONYM_OF = re.compile(r"\b[A-Z]{2,6} of (?:about |around )?[~≈]?$")
ACRONYM = re.compile(r"\s[A-Z][A-Z@-]{1,9}\d?\b(?!\s?[(:])")
GOES_BEFORE = re.compile(
    r"(?i)\b(?:and|but) (?:\w+ly )?(?:yields?|achiev\w+|obtains?|reach\w*|gains?|gets?|scores?|delivers?|shows?|has|have)\b"
    r"|\band (?:the|its|their|our|an?) [\w-]+ (?:\w{2,20}s|\w{2,20}ed)\s|\s[—–]\s(?=[^—–]{16})|—(?=[^—]{16})"
)
"""Where a new statement begins, whose figure is not of what stood before."""
ASIDE_BEFORE = re.compile(r"\([^()]{1,80}\)")

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

SHARE = r"(?i)^\s*of (?:(?!{unless})[\w'’-]+ ){{0,5}}?{shares}\b"
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
    r"|constraint)s?\s?(?:of|is|at|to|from|=|:|\(|below|under)?|top|bottom|last|first|every|past|next|after|default"
    r"|expires? (?:in|after)"
    r"|\bp|keep(?:s|ing)? (?:only|the|only the)|version|v)"
    r"|\b(?:{settings}|threshold|target|limit|budget|deadline|constraint)s? (?:of |at |\()[^;()]{{1,60}}?"
    r"(?: and| vs\.?| versus|,)"
    r"|\bby default [^,;.]{{0,40}}"
    r"|\b(?:set|configured?|capped|limited|fixed|defaults?|increment\w*)\b[^,;.]{{0,60}}\b(?:to|at|with|of)"
    r"(?: only| just| an?)?(?: comparable| similar| fixed)?"
    r"|\b(?:increment|vary|sweep)\w*\b[^,;.]{{0,60}}\bfrom)\s*$"
)
BESIDE = (
    r"(?i)^[\s$-]*(?:(?:average|mean|median|overall|relative|absolute|end-to-end|total|the|a|an|our|its|their"
    r"|of|in|for|on|as|much|significant|{qualifiers}|"
    r"reductions?|degradations?|improvements?|increases?|decreases?|gains?|savings?|boosts?|drops?|cuts?|lifts?|rises?|lower"
    r"|higher|less|more|fewer|smaller|larger|greater|better|faster|shorter|"
    r"reduced|improved|increased|additional|extra|per-\w+|aggregate|better|worse)[\s-]+){{0,6}}$"
)
"""Words allowed between a figure and the metric after it."""
LOAD_BEFORE = re.compile(
    r"(?i)(?<!run )(?<!runs )(?<!running )(?<!serves )(?<!served )(?<!generates )(?<!generating )(?<!decodes )(?<!operates )"
    r"(?<!saturates )(?<!saturating )(?<!off )(?<!out )(?<!peaks )(?<!stays )(?<!settles )(?<!remains )"
    r"(?<!loads )(?<!transfers )(?<!reads )(?<!writes )(?<!streams )"
    r"\b(?:at|under|past|beyond|load of|arriv\w+ at)\s*(?:a |an |about )?(?:rate of |load of )?$"
)
MONEY_TALK = re.compile(
    r"(?i)\b(?:revenues?|funding|fund(?:s|ed)?|valuation|valued|shares?|stocks?|investors?|invest(?:s|ed|ment"
    r"|ments)|earnings|market cap|acqui(?:res?|red|sition)|sales|year-over-year|salar(?:y|ies)"
    r"|headcount|hir(?:es?|ing)|prices? of|last year|this year|enterprises?|survey(?:ed)?|respondents|adoption"
    r"|tax(?:es)?|tickets?|market)\b|\braised\s+\$"
)

SERIES = re.compile(r"\b([A-Za-z]{2,8}) [\d.]{1,9} \1 [\d.]")
"""Labels of a plot: `QPS 1 QPS 2`."""
CITED = re.compile(r"\bet al\.,? ?[\[(]?(?:19|20)\d\d")
CITATION = re.compile(r"^\[\d{1,3}\]\s[A-Z]|\bdoi\.org/|\barXiv preprint\b|\b[A-Z]\. [A-Z][\w-]{1,20}, [A-Z]\. [A-Z][\w-]{1,20},")
"""What only an entry of a bibliography has."""
CELL = re.compile(r"[<≤≥~≈∼$(+−-]{0,3}\d(?:[\d.,:–-]{0,20}\d)?(?:[%×xKkMB]|[a-z]{1,2})?\)?[†*]?")
"""A number that stands alone between spaces, as in a table's row that became a sentence."""
SUPPOSED = re.compile(
    r"(?i)^\s*(?:(?:and|but|that)\s)?when\b|\b(?:if|once|until|unless|whenever|would|should|must|might|may|could|will"
    r"|assum(?:e|es|ed|ing)|suppos(?:e|es|ed|ing)|theoretical(?:ly)?|nominal(?:ly)?|ideal(?:ly)?|expect(?:s|ed)?|predict(?:s|ed)?"
    r"|cross(?:es|ed|ing)|in order to)\b"
)
"""Words before a level, in its part of the sentence, that suppose it."""
SUPPOSED_BESIDE = re.compile(
    r"(?i)\bpredictions? \($|\b(?:expect(?:ed)?|anticipated|projected|theoretical|assumed|predicted|hypothetical|estimated|ideal)"
    r"\s(?:(?:about|around|roughly|an?)\s){0,3}$"
)
SUPPOSED_LATER = re.compile(r"(?i)^\s(?:[\w-]+\s){0,4}?(?:may|might|could|would)\b|^[^,;.]{0,12}\bmeans that\b")
"""Words after a level that only suppose it: `a 3% hit rate may be good`."""
BOUND = re.compile(r"(?i)\b(?:below|above|under|over|exceeds?)\s$")
YOURS = re.compile(r"(?i)\byour\b")
"""A bound on what is the reader's own is advice: `accuracy drops below 95% on your data`."""
FULL = re.compile(r"(?i)\b(?:full|maximum|highest possible) [\w-]{1,20} \($")
"""Before what a scale ends with: `a full score (50 points)`."""
EXAMPLE = re.compile(r"(?i)\b(?:e\.g\.|for example|for instance),?\s?(?:about |around |roughly )?$")
IMAGINED = re.compile(r"(?i)\b(?:would|might)\b")
SUPPOSED_AFTER = re.compile(r"(?i)^\s(?!of\b)(?:\w+\s){0,2}?(?:theoretical|nominal|rated|advertised|ideal|line rate)\b")
DEFAULTS = re.compile(
    r"(?i)\b(?:settings?|set-?up|configurations?|parameters?|workloads?|defaults?|targets?|SLOs?|goals?|objectives?|budgets?|requirements?):"
)
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
    r"|requires?|required|alternat(?:e|es|ed|ing)|offered|ramp(?:s|ed|ing)?|swe(?:ep|eps|pt|eping)|var(?:y|ies|ied|ying)"
    r"|rate[- ]limit(?:s|ed)?|throttl(?:e|es|ed|ing))\b"
)
"""Words by which a rate is what is put in."""
OFFERED_LIST = re.compile(
    r"(?i)\b(?:offered|arrival|request|input|fixed) (?:rates?|loads?) of [\d., ]{0,60}(?:and |or |to )?$|\ball (?:the )?$"
)
"""Before one of several rates that are put in, or all of what was: `rates of 2, 4 and`, `sustains all`."""
OFFERED_AFTER = re.compile(
    r"(?i)^\s?\(\w{1,12}\s?=|^\s(?:offered |arrival )?(?:open[- ]loop|points?\b|loads?\b|arrivals?\b|per client\b)"
)
WITH_SETTINGS = re.compile(r"(?i)\b(?:using|with) \d[^;]{0,200}$")
"""Before the last of a list of settings: `with 8 prompts, 4 clients and 2 req/s`."""
PRICED = re.compile(
    r"(?i)\b(?:priced|list prices?|charg(?:es|ed|ing)|bill(?:s|ed)|rent(?:s|ed|al)?|on-demand|retail|tariff)\b|\bat\s$"
)
"""Words before a sum that is a price."""
SOMEBODY = re.compile(r"(?i)\b(?:his|her|he|she)\b")
"""Words of a story: `it cost $100 to mow her lawn`."""
PRICE_OF = re.compile(
    r"(?i)^[^,;.]{0,40}\b(?:subscriptions?|memberships?|plans?|tiers?|fees?)\b"
    r"|^\s(?!(?:per|an?|for|to|in|on|of|at|vs|versus|and|or|than|over|by|with|compared|each|every|from|less|more|lower|higher|cheaper"
    r"|USD|EUR|cost|costs|total|extra|annually|monthly|yearly|daily|while|when|as|under|across|using|if|but|saved|is|was)\b)[a-z]"
)
"""Words after a sum that is the price of a thing, or names one: `$20 vouchers`."""
POINT = re.compile(
    r"(?i)\b(?:at|under|for)\s(?:(?:an?|the|only|just|about|same|matched|equal)\s){0,2}(?:[\d.]+\s?[x×%] (?:and|or|to) )?$"
)
"""Before a level at which the work was run: `at 90% occupancy`."""
THE = re.compile(r"(?i)\bthe $")
"""Before a time that the text has told before: `I'll take the 90 minutes back`."""
THING = re.compile(r"(?i)(?:\b(?:an?|the|each|every|one) (?:entire |whole )?|['’]s )[~≈]?$")
"""Before the size of a thing, which no system needed: `a 24 GiB segment`."""
GREATER = re.compile(r"(?i)\b(?:greater|longer) than $")
"""Before a bound: `pauses longer than`."""
SIZE_OF = re.compile(r"(?i)\d of $|\bavailable\b[^,;.]{0,60}$")
"""Before a size that there is: `0.9 of 64 GB`, `the available buffer is`."""
SIZES = re.compile(r"(?i)\b(?:sizes|(?:block|page|chunk|file|object|value|message) size)\s(?:\w+\s){0,2}[~≈]?$")
"""Before sizes that were tried, or that things have: `block sizes ranging from`."""
SHARE_OF_OTHER = re.compile(r"\sof (?!(?:that|the|its|their|our|an?|full|baseline|original|peak|this|all|native|what)\b)[a-z]")
"""`22% of lost answers`: a share of something, not of what was there before."""

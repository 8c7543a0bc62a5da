"""The vocabulary of measurement: metrics, units, directions, and what only looks like a measurement.

A metric's name is the report's word for it. `good` says which way is better, so that "improves" can be read.
Strong terms name a metric wherever they stand; weak ones only where no strong term is near ("KV cache" is mostly the subject).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Metric(NamedTuple):
    """One metric: its name, which way is better, and the phrases that name it."""

    name: str
    good: str
    strong: str
    weak: str = r"(?!)"


_KIND = r"(?:(?!(?:and|or|the|of|with|in|at|to|by|for|on|than|is|was|its|our|from|over)\b)[a-z]+[- ])?"
"""One word of what kind a metric is, `decode` throughput; written `<kind>` below."""

METRICS = (
    Metric("SLO attainment", "higher", r"(?:SLOs?|SLA|deadline)[- ](?:attainment|compliance|satisfaction)(?: rate)?"),
    Metric(
        "TTFT",
        "lower",
        r"(?:p\d+ |mean |median |tail )?TTFTs?|times?[- ]to[- ](?:the[- ])?first[- ]token|first[- ]token (?:latency"
        r"|time|delay)s?",
    ),
    Metric(
        "TPOT",
        "lower",
        r"TPOT|ITL|TBT|inter[- ]?token (?:latency|latencies|delays?|time)|times? per[- ](?:output[- ])?token"
        r"|time[- ]per[- ]output[- ]token|times? between[- ]tokens|time[- ]between[- ]tokens|(?:per[- ]token|token) latency",
    ),
    Metric(
        "hit rate",
        "higher",
        r"(?:(?:prefix|KV|block|byte|object|request|semantic|prompt|page"
        r"|token)[- ])?(?:KV[- ])?(?:cache[- ])?hit[- ]?(?:rates?|ratios?)"
        r"|miss[- ]?(?:rates?|ratios?)|cache[- ](?:hits|misses)|prefix[- ]reuse|reuse rates?|reusable prefix(?:es)?|hit[- ]rates?"
        r"|(?:hits?|misses)(?= (?:in|from|on) the (?:KV |prefix )?cache)",
    ),
    Metric(
        "throughput",
        "higher",
        r"<kind>throughput|goodput|(?:output )?(?:tokens?|requests?|queries|ops|operations|transactions) per second"
        r"|QPS|RPS|TPS|tokens?/s(?:ec)?|tok/s|req/s|requests/s|(?:decod|generat|serv)ing (?:speed|rate)"
        r"|generation speed|request rate",
    ),
    Metric("bandwidth", "higher", r"<kind>bandwidth|(?:read|write|transfer|load(?:ing)?) (?:speeds?|rates?)"),
    Metric(
        "utilisation",
        "higher",
        r"(?:(?:GPU|memory|CPU|compute|hardware|tensor[- ]core|SM) )*utili[sz]ation|MFU|MBU|occupancy"
        r"|GPU efficiency|(?<=% )utili[sz]ed",
    ),
    Metric(
        "cost",
        "lower",
        r"<kind>costs?|prices?|pricing|discounts?|bills?|TCO|cost of ownership|cheaper|spend(?:ing)?|expenses?",
    ),
    Metric(
        "energy",
        "lower",
        r"energy(?: (?:use|usage|consumption|per \w+))?|power (?:draw|consumption|use|usage)|carbon(?: emissions)?",
    ),
    Metric(
        "compression",
        "higher",
        r"(?:(?:KV|key[- ]value|KV[- ]?cache|cache|memory) )*compression(?: ratios?| rates?| factors?)?"
        r"|compress(?:es|ed|ing)?(?= )",
    ),
    Metric(
        "capacity",
        "higher",
        r"<kind>capacity|concurrency|concurrent (?:requests|users|sessions|agents)|(?:max(?:imum)? )?batch sizes?",
    ),
    Metric(
        "memory",
        "lower",
        r"(?:peak |GPU |host |KV |device |KV[- ]cache )*memory(?: usage| use| footprint| consumption| overhead"
        r"| requirements?| pressure)?"
        r"|(?:memory |storage |cache |KV )*footprint|V?RAM(?: usage| use)?|(?:KV[- ]?)?cache (?:size|storage|usage"
        r"|volume)|KV size"
        r"|storage (?:space|overhead|use|usage|needs|requirements?)",
        r"KV[- ]?caches?|key[- ]value caches?|storage|DRAM|HBM|index size|checkpoints?|bytes",
    ),
    Metric(
        "compute",
        "lower",
        r"FLOPs?|compute|computations?|recomputations?|GPU[- ]hours?|prefill(?:ed)? tokens",
        r"prefill work",
    ),
    Metric(
        "I/O",
        "lower",
        r"write amplification|WAF|IOPS|I/O(?: volume| traffic)?|(?:SSD|flash|device|disk) writes|(?:network |PCIe "
        r"|data |backend |origin )*traffic"
        r"|data (?:movement|transfers?)|(?:data )?transfer volume",
    ),
    Metric(
        "latency",
        "lower",
        r"<kind>latenc(?:y|ies)|(?:[a-z]+-)?(?:response|training|compilation|build|service|completion|wall"
        r"|end-to-end|prefill|loading|load"
        r"|restoration|restore|recovery|startup|start-up|decode|decoding"
        r"|execution|fetch|wall-clock|turnaround|processing|step|waiting|queueing|queuing|boot|transfer|lookup|run"
        r"|round-trip|inference|generation|access|iteration)[- ]times?"
        r"|JCT|makespan|delays?|cold[- ]starts?|overheads?(?= (?:is|of|was|stays|below))|stalls?",
        r"p9\d(?:\.\d+)?|p50|"
        r"(?:schedul\w+|runtime|launch|decod\w+|latency|communication|CPU|synchroni[sz]ation) overheads?"
        r"|takes?|took|within|finish(?:es|ed)?|complet(?:es|ed)|starts? in|prefill|decod(?:e|ing)",
    ),
    Metric(
        "speedup",
        "higher",
        r"speed-?ups?|faster|quicker|slower|slowdown|accelerat(?:ion|es|ed|ing|e)|speed(?:s|ed)? up|as (?:fast"
        r"|quickly)|(?<!generation )(?<!decoding )speed",
    ),
    Metric(
        "quality",
        "higher",
        r"<kind>accurac(?:y|ies)|quality|perplexity|F1(?: scores?)?|BLEU|ROUGE(?:-L)?|BERTScore|pass@\d+"
        r"|<kind>scores?|win rates?"
        r"|success rates?|(?:retrieval )?recall|fidelity|exact match|resolve rate|error rates?",
        r"(?:LongBench|RULER|MMLU|GSM8K|HumanEval|SWE-bench)\b",
    ),
    Metric("improvement", "higher", r"(?!)", r"performance|efficiency|outperform(?:s|ed|ing)?"),
)
GOOD = {metric.name: metric.good for metric in METRICS}
RUNTIME = frozenset(GOOD) - {"memory", "compression", "quality", "improvement"}
"""What is measured while running: time, rate, cost, use; not size, ratio or quality."""
TIME_VERB = re.compile(r"(?i)takes?|took|within|finish\w*|complet\w+|starts? in|prefill|decod\w+")


def _terms(phrases: Iterable[str]) -> re.Pattern[str]:
    parts = (f"(?P<m{n}>{phrase.replace('<kind>', _KIND)})" for n, phrase in enumerate(phrases))
    return re.compile(rf"(?<![\w@])(?:{'|'.join(parts)})(?![\w@])", re.IGNORECASE)


STRONG = _terms(metric.strong for metric in METRICS)
WEAK = _terms(metric.weak for metric in METRICS)


def metric_of(match: re.Match[str]) -> Metric:
    """Return the metric that a match of STRONG or WEAK names."""
    return METRICS[int((match.lastgroup or "m0")[1:])]


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
"""One that is likely to follow another, with a comma between: `the GDS-enabled, SSD-backed store`."""
BASELINE_END = re.compile(
    rf"[;:()]|,(?!\s{ADJECTIVE}\s)|"
    r"\.(?=\s|$)|\b(?:while|when|whereas|due to|because|thanks to|by (?:\w+ ){0,2}?[~+]?\d+"
    r"|and (?:\w+ly )?(?:\w+ing|up to"
    r"|at (?:least|most)|by|an? |the |its "
    r"|reduc\w+|improv\w+|cut\w*|rais\w+|lower\w*|increas\w+|decreas\w+|boost\w*|shrink\w*|sav\w+|keep\w*"
    r"|achiev\w+|deliver\w*|reach\w*|learn\w*|[+~]?\d+)|but|at (?:the|a|an|\d)|on (?!demand)|under|for|across"
    r"|with (?:only|no|a|negligible|minimal)|without|respectively|in (?:our|the))\b"
)

GPU = (
    r"(?:NVIDIA |AMD |Intel |Google |Huawei |Apple )?(?:GB[23]00(?: NVL\d+)?"
    r"|(?:A[1-9]\d{1,2}|H[128]00|H20|L4|L40S?|B[123]00|T4|V100|P100)(?: NVL| SXM\d?| PCIe)?|MI\d{3}[A-Z]*"
    r"|RTX ?[A-Z]?\d{4}(?: Ti| Ada)?"
    r"|TPU ?v\d\w*|Ascend ?\d{3}\w*|Gaudi ?\d|Jetson(?: \w+)*|M[1-5] (?:Max|Ultra|Pro)|Trainium ?\d?"
    r"|Inferentia ?\d?|BlueField-?\d|Snapdragon\b[\w ]*\d)"
)
HARDWARE = re.compile(
    rf"(?:\b\d+\s?[x×]\s?)?\b{GPU}(?![\w-])(?: GPUs?| SuperPOD| cluster)?|\b(?:Blackwell|Hopper)(?: GPUs?)?\b"
    rf"|\b\d+(?:\s|-)?GPU cluster\b"
)
MODEL = re.compile(
    r"\b(?:Llama|LLaMA|CodeLlama|Qwen|DeepSeek|Mistral|Mixtral|Gemma|Gemini|GPT|Kimi|GLM|Phi|OPT|Falcon|Yi"
    r"|SmolLM\d?|InternLM|Command|Granite|Nemotron|MiniMax|Vicuna|gpt-oss|Claude)"
    r"(?:[- ]?(?:\d+(?:\.\d+)?[BT](?:-A\d+B)?|\d+x\d+B|V?\d+(?:\.\d+)*[a-z]?|K\d(?:\.\d+)?|R\d|VL|Coder|MoE"
    r"|Large|Small|Pro|Flash|Max|Instruct|OSS"
    r"))+(?![\w]|\.\d)"
)
WORKLOAD = re.compile(
    r"(?i:\b(?:LongBench(?:-?v2)?|RULER|ShareGPT|SWE-?bench(?: \w+)?|WebArena|YCSB|MMLU(?:-Pro)?|GSM8K"
    r"|HumanEval|NIAH|needle[- ]in[- ]a[- ]haystack|InfiniteBench|∞Bench|LooGLE|HotpotQA|"
    r"TriviaQA|MT-Bench|LMSys-Chat|MLPerf|NarrativeQA|AIME(?: ?\d+)?|Splitwise|BurstGPT|L-Eval)(?: (?:traces?"
    r"|workloads?|benchmarks?|datasets?|conversations))?\b"
    r"|\b(?:(?!(?:on|across|to|of|over|in|for|with|by|and|the|all|under|from|that|a|an|is|are|our|at|as|tested"
    r"|several|multiple|various|these|this)\b)[\w-]+ ){1,3}(?:traces?|workloads?|benchmarks?|datasets?"
    r"|conversations?|replay)\b)"
)

COUNTED = re.compile(
    rf"(?i)^\s*(?:-|×|x)?\s*(?:more |fewer |extra )?(?:{GPU}|GPUs?|TPUs?|NPUs?|accelerators?|nodes?|CPUs?|cores?"
    rf"|cards?|servers?|machines?|instances?|replicas?|hosts?|chips?|workers?"
    r"|SSDs?|drives?|stars?|commits?|contributors?|parameters?|experts?|layers?|heads?|bits?|expert parallel\w*|faster-\w+)\b"
    r"(?![- ](?:memory|utili[sz]ation|hours?|efficiency|times?|costs?|throughput|capacity|bandwidth|writes|occupancy))"
)
SHARE = re.compile(
    r"(?i)^\s*of (?:(?!latency|memory|throughput)[\w-]+ ){0,3}?(?:layers?|tokens?"
    r"|heads?|users?|enterprises?|companies|developers?|customers?|requests?|respondents|teams?|papers?"
    r"|organi[sz]ations?"
    r"|(?:KV )?(?:pairs|entries)|traffic|queries|prompts?|workloads?|experts|parameters|weights|neurons|samples"
    r"|cases|data|work|time|sessions|people|market|budget|open)\b"
)
CONDITION = re.compile(
    r"(?i)^\s*(?:(?!(?:at|for|on|in|under|with|when|is|was|are|over|of|by|and|to|as|from|than|across"
    r"|without)\b)\w+[- ]){0,3}?(?:SLOs?(?! (?:attain|compl|sat))|SLAs?|deadlines?|time-?outs?|TTLs?|budgets?"
    r"|targets?"
    r"|limits?|thresholds?|objectives?|sparsity|retention|quantile|percentile|confidence|intervals?|windows?"
    r"|equity|stake|context(?: length)?s?|batch(?! size)|load(?! time)"
    r"|InfiniBand|Ethernet|RoCE|NICs?|NVLink|PCIe|links?|fabrics?|networks?|by default)\b"
)
CONDITION_BEFORE = re.compile(
    r"(?i)(?:\b(?:(?:SLO|SLA|deadline|time-?out|TTL|budget|target|limit|threshold|interval|sparsity|retention"
    r"|constraint)s?\s?(?:of|is|at|to|=|:|below|under)?|top|bottom|last|first|every|past|next|after"
    r"|expires? (?:in|after)"
    r"|\bp|keep(?:s|ing)? (?:only|the|only the)|CUDA|version|v)"
    r"|\b(?:set|configured?|capped|limited|fixed|defaults?|increment\w*)\b[^,;.]{0,40}\b(?:to|at|with|of)(?: only| just)?)\s*$"
)
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

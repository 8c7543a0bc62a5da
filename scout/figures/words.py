"""The vocabulary of measurement: metrics, units, directions, and what only looks like a measurement.

A metric's name is the report's word for it. `good` says which way is better, so that "improves" can be read.
Strong terms name a metric wherever they stand; weak ones only where no strong term is near ("KV cache" is mostly the subject).
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Metric(NamedTuple):
    """One metric: its name, which way is better, whether it is measured at run time, and the phrases that name it."""

    name: str
    good: str
    runtime: bool
    strong: str
    weak: str = r"(?!)"


METRICS = (
    Metric("SLO attainment", "higher", True, r"(?:SLOs?|SLA|deadline)[- ](?:attainment|compliance|satisfaction)(?: rate)?"),
    Metric(
        "TTFT",
        "lower",
        True,
        r"(?:p\d+ |mean |median |tail )?TTFTs?|times?[- ]to[- ](?:the[- ])?first[- ]token|first[- ]token (?:latency|time|delay)s?",
    ),
    Metric(
        "TPOT",
        "lower",
        True,
        r"TPOT|ITL|TBT|inter[- ]?token (?:latency|latencies|delays?|time)|times? per[- ](?:output[- ])?token"
        r"|time[- ]per[- ]output[- ]token|times? between[- ]tokens|time[- ]between[- ]tokens|(?:per[- ]token|token) latency",
    ),
    Metric(
        "hit rate",
        "higher",
        True,
        r"(?:(?:prefix|KV|block|byte|object|request|semantic|prompt|page|token)[- ])?(?:KV[- ])?(?:cache[- ])?hit[- ]?(?:rates?|ratios?)"
        r"|miss[- ]?(?:rates?|ratios?)|cache[- ](?:hits|misses)|prefix[- ]reuse|reuse rates?|reusable prefix(?:es)?|hit[- ]rates?"
        r"|(?:hits?|misses)(?= (?:in|from|on) the (?:KV |prefix )?cache)",
    ),
    Metric(
        "throughput",
        "higher",
        True,
        r"(?:[a-z]+ )?throughput|goodput|(?:output )?(?:tokens?|requests?|queries|ops|operations|transactions) per second"
        r"|QPS|RPS|TPS|tokens?/s(?:ec)?|tok/s|req/s|requests/s|(?:decod|generat|serv)ing (?:speed|rate)|generation speed|request rate",
    ),
    Metric("bandwidth", "higher", True, r"(?:[a-z]+ )?bandwidth|(?:read|write|transfer|load(?:ing)?) (?:speeds?|rates?)"),
    Metric(
        "utilisation",
        "higher",
        True,
        r"(?:(?:GPU|memory|CPU|compute|hardware|tensor[- ]core|SM) )*utili[sz]ation|MFU|MBU|occupancy|GPU efficiency|(?<=% )utili[sz]ed",
    ),
    Metric(
        "cost",
        "lower",
        True,
        r"(?:[a-z]+ )?costs?|prices?|pricing|bills?|TCO|cost of ownership|cheaper|spend(?:ing)?|expenses?",
    ),
    Metric(
        "energy",
        "lower",
        True,
        r"energy(?: (?:use|usage|consumption|per \w+))?|power (?:draw|consumption|use|usage)|carbon(?: emissions)?",
    ),
    Metric(
        "compression",
        "higher",
        False,
        r"compression(?: ratios?| rates?| factors?)?|compress(?:es|ed|ing)?(?= )|compression",
    ),
    Metric(
        "capacity",
        "higher",
        True,
        r"(?:[a-z]+ )?capacity|concurrency|concurrent (?:requests|users|sessions|agents)|(?:max(?:imum)? )?batch sizes?",
    ),
    Metric(
        "memory",
        "lower",
        False,
        r"(?:peak |GPU |host |KV |device |KV[- ]cache )*memory(?: usage| use| footprint| consumption| overhead| requirements?| pressure)?"
        r"|(?:memory |storage |cache |KV )*footprint|VRAM|(?:KV[- ]?)?cache (?:size|storage|usage|volume)|KV size|storage (?:space|overhead|use|usage|needs|requirements?)",
        r"KV[- ]?caches?|key[- ]value caches?|storage|DRAM|HBM|index size|checkpoints?|bytes",
    ),
    Metric(
        "compute",
        "lower",
        True,
        r"FLOPs?|compute|computations?|recomputations?|GPU[- ]hours?|prefill(?:ed)? tokens",
        r"prefill work",
    ),
    Metric(
        "I/O",
        "lower",
        True,
        r"write amplification|WAF|IOPS|I/O(?: volume| traffic)?|(?:SSD|flash|device|disk) writes|(?:network |PCIe |data |backend |origin )*traffic"
        r"|data (?:movement|transfers?)|(?:data )?transfer volume",
    ),
    Metric(
        "latency",
        "lower",
        True,
        r"(?:[a-z]+ |[a-z]+-)?latenc(?:y|ies)|(?:response|completion|wall|end-to-end|prefill|loading|load|restoration|restore|recovery|startup|start-up|decode|decoding"
        r"|execution|fetch|wall-clock|turnaround|processing|step|waiting|queueing|queuing|boot|transfer|lookup|run|round-trip|inference|generation|access|iteration)[- ]times?"
        r"|JCT|makespan|delays?|cold[- ]starts?|overheads?(?= (?:is|of|was|stays|below))|stalls?",
        r"p9\d(?:\.\d+)?|p50|overheads?|takes?|took|within|finish(?:es|ed)?|complet(?:es|ed)|starts? in|prefill|decod(?:e|ing)",
    ),
    Metric(
        "speedup",
        "higher",
        True,
        r"speed-?ups?|faster|quicker|slower|slowdown|accelerat(?:ion|es|ed|ing|e)|speed(?:s|ed)? up|as (?:fast|quickly)|(?<!generation )(?<!decoding )speed",
    ),
    Metric(
        "quality",
        "higher",
        False,
        r"(?:[a-z]+[- ])?accurac(?:y|ies)|quality|perplexity|F1(?: scores?)?|BLEU|ROUGE(?:-L)?|BERTScore|pass@\d+|(?:[a-z]+ )?scores?|win rates?"
        r"|success rates?|(?:retrieval )?recall|fidelity|exact match|resolve rate|error rates?",
        r"(?:LongBench|RULER|MMLU|GSM8K|HumanEval|SWE-bench)\b",
    ),
    Metric("improvement", "higher", False, r"(?!)", r"performance|efficiency|outperform(?:s|ed|ing)?"),
)
GOOD = {metric.name: metric.good for metric in METRICS}
RUNTIME = frozenset(metric.name for metric in METRICS if metric.runtime)
TIME_VERB = re.compile(r"(?i)takes?|took|within|finish\w*|complet\w+|starts? in|prefill|decod\w+")


def _terms(weak: bool) -> re.Pattern[str]:  # noqa: FBT001 -- read as the name of the list
    parts = (f"(?P<m{n}>{metric.weak if weak else metric.strong})" for n, metric in enumerate(METRICS))
    return re.compile(rf"(?<![\w@])(?:{'|'.join(parts)})(?![\w@])", re.IGNORECASE)


STRONG, WEAK = _terms(weak=False), _terms(weak=True)


def metric_of(match: re.Match[str]) -> Metric:
    """Return the metric that a match of STRONG or WEAK names."""
    return METRICS[int((match.lastgroup or "m0")[1:])]


LOWER = re.compile(
    r"(?i)\b(?:lower(?:s|ed|ing)?|less|fewer|smaller|reduc\w+|decreas\w+|sav(?:e[sd]?|ings?)|cut(?:s|ting)?|drop(?:s|ped|ping)?|shr[iau]nk\w*"
    r"|cheaper|falls?|fell|fallen|down|shorten\w*|trim\w*|slash\w*|eliminat\w+|halv\w+|compress(?:es|ed|ing)?(?! ratio| rate| factor)|shed(?:s|ding)?|los(?:s|es|t|ing)|degrad\w+"
    r"|slower|shorter|declin\w+|minus|in half|avoid\w*|removes?)\b"
)
HIGHER = re.compile(
    r"(?i)\b(?:higher|more|greater|larger|increas\w+|rais(?:e|es|ed|ing)|ris(?:e|es|en|ing)|rose|lift(?:s|ed|ing)?|boost\w*|gain(?:s|ed|ing)?|grow(?:s|n|ing|th)?|grew"
    r"|climb\w*|faster|quicker|doubl\w+|tripl\w+|quadrupl\w+|up(?! to)|jump\w*|accelerat(?:e|es|ed|ing)|extra|additional|surg\w+|multipl(?:y|ies|ied)|twice)\b"
)
BETTER = re.compile(r"(?i)\b(?:improv\w+|better|enhanc\w+|outperform\w*|beat(?:s|ing)?|ahead)\b")

BASELINE = re.compile(
    r"(?i)\b(?:than(?: that of| with| in| on)?|over|compared (?:to|with|against)|in comparison (?:to|with)|vs\.?|versus|relative to"
    r"|against|with respect to|as (?:fast|much|many|quick\w*|large) as|that of|instead of)\s+"
)
BASELINE_END = re.compile(
    r"[,;:()]|\.(?=\s|$)|\b(?:while|when|whereas|and (?:up to|at (?:least|most)|by|reduc\w+|improv\w+|cut\w*|\d)|but|at (?:the|a|an|\d)|on (?!demand)|under|for|across|with (?:only|no|a|negligible|minimal)|without|respectively|in (?:our|the))\b"
)

GPU = (
    r"(?:NVIDIA |AMD |Intel |Google |Huawei |Apple )?(?:GB[23]00(?: NVL\d+)?|[AHLBTVP]\d{1,3}0(?:\d)?[sS]?(?: NVL| SXM\d?| PCIe)?|MI\d{3}[A-Z]*|RTX ?[A-Z]?\d{4}(?: Ti| Ada)?"
    r"|TPU ?v\d\w*|Ascend ?\d{3}\w*|Gaudi ?\d|Jetson(?: \w+)*|M[1-5] (?:Max|Ultra|Pro)|Trainium ?\d?|Inferentia ?\d?|BlueField-?\d|Snapdragon\b[\w ]*\d)"
)
HARDWARE = re.compile(
    rf"(?:\b\d+\s?[x×]\s?)?\b{GPU}(?![\w-])(?: GPUs?| SuperPOD| cluster)?|\b(?:Blackwell|Hopper)(?: GPUs?)?\b|\b\d+(?:\s|-)?GPU cluster\b"
)
MODEL = re.compile(
    r"\b(?:Llama|LLaMA|CodeLlama|Qwen|DeepSeek|Mistral|Mixtral|Gemma|Gemini|GPT|Kimi|GLM|Phi|OPT|Falcon|Yi|SmolLM\d?|InternLM|Command|Granite|Nemotron|MiniMax|Vicuna|gpt-oss|Claude)"
    r"(?:[- ]?(?:V?\d+(?:\.\d+)*[a-z]?|K\d(?:\.\d+)?|R\d|VL|Coder|MoE|Large|Small|Pro|Flash|Max|Instruct|OSS|\d+(?:\.\d+)?[BT](?:-A\d+B)?|\d+x\d+B))+(?![\w])"
)
WORKLOAD = re.compile(
    r"(?i:\b(?:LongBench(?:-?v2)?|RULER|ShareGPT|SWE-?bench(?: \w+)?|WebArena|YCSB|MMLU(?:-Pro)?|GSM8K|HumanEval|NIAH|needle[- ]in[- ]a[- ]haystack|InfiniteBench|∞Bench|LooGLE|HotpotQA|"
    r"TriviaQA|MT-Bench|LMSys-Chat|MLPerf|NarrativeQA|AIME(?: ?\d+)?|Splitwise|BurstGPT|L-Eval)\b"
    r"|\b(?:(?!(?:on|across|to|of|over|in|for|with|by|and|the|all|under|from|that|a|an|is|are|our|at|as|tested|several|multiple|various|these|this)\b)[\w-]+ ){0,3}(?:traces?|workloads?|benchmarks?|datasets?|conversations?|replay)\b)"
)

COUNTED = re.compile(
    rf"(?i)^\s*(?:-|×|x)?\s*(?:more |fewer |extra )?(?:{GPU}|GPUs?|TPUs?|NPUs?|accelerators?|nodes?|CPUs?|cores?|cards?|servers?|machines?|instances?|replicas?|hosts?|chips?|workers?"
    r"|SSDs?|drives?|stars?|commits?|contributors?|parameters?|experts?|layers?|heads?|bits?|expert parallel\w*|faster-\w+)\b"
)
SHARE = re.compile(
    r"(?i)^\s*of (?:all |the |its |our |their |these |those |total |global |input |prompt )*(?:layers?|tokens?|heads?|users?|enterprises?|companies|developers?|customers?|requests?|respondents|teams?|papers?|organi[sz]ations?"
    r"|(?:KV )?(?:pairs|entries)|traffic|queries|prompts?|workloads?|experts|parameters|weights|neurons|samples|cases|data|work|time|sessions|people|market|budget|open)\b"
)
CONDITION = re.compile(
    r"(?i)^\s*(?:(?!(?:at|for|on|in|under|with|when|is|was|are|over|of|by|and|to|as|from|than|across|without)\b)\w+[- ]){0,3}?(?:SLOs?(?! (?:attain|compl|sat))|SLAs?|deadlines?|time-?outs?|TTLs?|budgets?|targets?"
    r"|limits?|thresholds?|objectives?|sparsity|retention|quantile|percentile|confidence|intervals?|windows?|discount|equity|stake|context(?: length)?s?|batch(?! size)|load(?! time)"
    r"|InfiniBand|Ethernet|RoCE|NICs?|NVLink|PCIe|links?|fabrics?|networks?|by default)\b"
)
CONDITION_BEFORE = re.compile(
    r"(?i)(?:\b(?:(?:SLO|SLA|deadline|time-?out|TTL|budget|target|limit|threshold|interval|sparsity|retention|constraint)s?\s?(?:of|is|at|to|=|:|below|under)?|top|bottom|last|first|every|past|next|after|expires? (?:in|after)"
    r"|\bp|keep(?:s|ing)? (?:only|the|only the)|CUDA|version|v)"
    r"|\b(?:set|configured?|capped|limited|fixed|defaults?|increment\w*)\b[^,;.]{0,40}\b(?:to|at|with|of)(?: only| just)?)\s*$"
)
LOAD_BEFORE = re.compile(
    r"(?i)(?<!run )(?<!runs )(?<!running )(?<!serves )(?<!served )(?<!generates )(?<!generating )(?<!decodes )(?<!operates )(?<!reads )(?<!writes )(?<!streams )"
    r"\b(?:at|under|load of|arriv\w+ at)\s*(?:a |an )?(?:rate of |load of )?$"
)
MONEY_TALK = re.compile(
    r"(?i)\b(?:revenues?|funding|fund(?:s|ed)?|valuation|valued|shares?|stocks?|investors?|invest(?:s|ed|ment|ments)|earnings|market cap|acqui(?:res?|red|sition)|sales|year-over-year|salar(?:y|ies)"
    r"|headcount|hir(?:es?|ing)|prices? of|last year|this year|enterprises?|survey(?:ed)?|respondents|adoption|tax(?:es)?|tickets?|market)\b|\braised\s+\$"
)

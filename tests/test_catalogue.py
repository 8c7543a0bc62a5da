"""The project's own feeds.yaml: the whole watch list is in it, every source can be built, and the docs page tells no tales."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scout import config, sources

if TYPE_CHECKING:
    from scout.sources.base import Source

ROOT = Path(__file__).parent.parent
WATCHED = {
    "vendors": """AWS storage blog; Anyscale; Azure storage blog; CacheLib; CacheLib-FDP; Ceph; Cloudflare; CoreWeave; Databricks Mosaic;
        Dragonfly; Fastly; Fireworks; Google Cloud storage blog; KServe; KeyDB; LMCache; MinIO; Modal; Mooncake; NVIDIA Dynamo;
        Pure Storage; Red Hat AI; Replicate; RocksDB; RunPod; SGLang; TensorRT-LLM; Together AI; VAST Data; WEKA; llm-d""",
    "labs": """01.AI; Amazon Science; Anthropic; Apple; Baidu Research; ByteDance Seed; Cohere; DeepSeek; Google DeepMind;
        Google Research; Meta AI/FAIR; Microsoft Research; Mistral; Moonshot/Kimi; NVIDIA Research; OpenAI; Qwen/Alibaba;
        Tencent AI Lab; Zhipu/GLM; xAI""",
    "venues": """ASPLOS; EuroSys; FAST; HotNets; HotOS; HotStorage; ICLR; ICML; NSDI; NeurIPS; OSDI; SIGCOMM; SIGMOD; SOSP; SoCC;
        USENIX ATC; USENIX Security; VLDB""",
    "trackers": """Hacker News; October2001/Awesome-KV-Cache-Compression; Papers We Love; TreeAI-Lab/Awesome-KV-Cache-Management;
        jjiantong/Awesome-KV-Cache-Optimization""",
}
NAMES = [(group, name.strip()) for group, names in WATCHED.items() for name in names.replace("\n", " ").split(";")]


@pytest.fixture(scope="module")
def specs() -> tuple[config.SourceSpec, ...]:
    """Return what stands in feeds.yaml, not yet read by the kinds."""
    return config.load(ROOT / "feeds.yaml").sources


@pytest.fixture(scope="module")
def built(specs: tuple[config.SourceSpec, ...]) -> dict[str, Source]:
    """Return every source, made by its kind."""
    return {spec.name: sources.make_source(spec.kind, spec.options, spec.where) for spec in specs}


def rows(page: str) -> dict[str, list[str]]:
    """Return the docs page's tables: name to the sources it names."""
    cells = [line.strip("|").split("|") for line in page.splitlines() if re.match(r"\| \S.*\| `", line)]
    return {name.strip(): re.findall(r"`([^`]+)`", named) for name, named, _ in cells}


@pytest.mark.parametrize(("group", "name"), NAMES)
def test_each_name_of_the_watch_list_is_an_alias_in_its_group(group: str, name: str, built: dict[str, Source]) -> None:
    """A report may call a place by the watch list's name, and the negatives list it in its group."""
    watching = [source for source in built.values() if name in source.aliases]
    assert watching
    assert {source.group for source in watching} == {group}


def test_every_selector_can_be_read(built: dict[str, Source]) -> None:
    """What only those who ask look at is right in the shipped file."""
    for source in built.values():
        source.validate()


def test_the_docs_page_says_how_each_name_is_watched(built: dict[str, Source]) -> None:
    """One row a name, in the page's words, and every source it names is in feeds.yaml."""
    told = rows((ROOT / "docs" / "watchlist.md").read_text("utf-8"))
    assert set(told) == {name for _, name in NAMES}
    assert [source for named in told.values() for source in named if source not in built] == []
    untold = {name for _, name in NAMES for source in built.values() if name in source.aliases and source.name not in told[name]}
    assert untold == set()


def test_the_docs_page_says_of_each_paused_source_that_it_is_paused(specs: tuple[config.SourceSpec, ...]) -> None:
    """Nothing in the catalogue sleeps unseen."""
    lines = (ROOT / "docs" / "watchlist.md").read_text("utf-8").splitlines()
    paused = [spec.name for spec in specs if spec.options.get("pause")]
    assert [name for name in paused if not any("paused" in line for line in lines if f"`{name}`" in line)] == []


def test_the_catalogue_is_as_wide_as_the_beat(specs: tuple[config.SourceSpec, ...]) -> None:
    """At least 25 repositories, 40 feeds or pages, every kind in use, and arXiv's systems and learning categories."""
    repos = [repo.lower() for spec in specs for repo in spec.options.get("repos", [])]
    assert len(set(repos)) == len(repos) >= 25
    by_kind = Counter(spec.kind for spec in specs)
    assert sum(by_kind[kind] for kind in ("feed", "page", "sitemap", "posts")) >= 40
    assert set(by_kind) == set(sources.kinds())
    (arxiv,) = [spec for spec in specs if spec.name == "arxiv"]
    assert {"cs.DC", "cs.LG", "cs.CL", "cs.AR", "cs.OS", "cs.DB", "cs.PF"} <= set(arxiv.options["categories"])


def test_no_place_is_asked_twice(specs: tuple[config.SourceSpec, ...]) -> None:
    """Two sources never read the same address."""
    places = [(spec.options[key], spec.options.get("path")) for spec in specs for key in ("url", "repo") if key in spec.options]
    assert [place for place, count in Counter(places).items() if count > 1] == []


def test_generated_feeds_are_not_trusted_with_dates(specs: tuple[config.SourceSpec, ...], built: dict[str, Source]) -> None:
    """A feed that somebody else makes from a page has dates nobody stands for."""
    generated = [spec.name for spec in specs if "rss-feeds" in str(spec.options.get("url", ""))]
    assert generated
    assert [name for name in generated if built[name].trust_dates] == []


def test_addresses_are_encrypted_where_the_place_can(specs: tuple[config.SourceSpec, ...]) -> None:
    """Plain http is left only where the site has nothing else."""
    plain = [spec.name for spec in specs if str(spec.options.get("url", "")).startswith("http:")]
    assert plain == ["baidu-research"]


def test_topics_are_of_the_beat_and_explained() -> None:
    """The heart weighs most, no topic is fitted to a title (a term has at most four words), and names are unique by the loader."""
    topics = config.load(ROOT / "feeds.yaml").topics
    assert topics[0].name == "kv-cache"
    assert topics[0].weight == max(topic.weight for topic in topics)
    assert [term for topic in topics for term in topic.terms if len(term.split()) > 4] == []

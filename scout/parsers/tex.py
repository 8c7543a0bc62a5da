r"""Convert the TeX of abstracts to plain text: `$3.8\times$` is `3.8×`, `\emph{this}` is `this`, `45\%` is `45%`.

Covers inline TeX; formulas become readable, not exact. (A full parser takes 11 ms per abstract and fails on one in forty; a
three-week collect has three thousand with TeX.)
"""

from __future__ import annotations

import re

_SIGNS = {
    "times": "×", "cdot": "·", "div": "÷", "pm": "±", "mp": "∓", "sim": "~", "approx": "≈", "simeq": "≃", "equiv": "≡",
    "propto": "∝", "le": "≤", "leq": "≤", "leqslant": "≤", "ge": "≥", "geq": "≥", "geqslant": "≥", "ll": "≪", "gg": "≫",
    "neq": "≠", "ne": "≠", "lesssim": "≲", "gtrsim": "≳", "to": "→", "rightarrow": "→", "Rightarrow": "⇒", "leftarrow": "←",
    "leftrightarrow": "↔", "mapsto": "↦", "uparrow": "↑", "downarrow": "↓", "infty": "∞", "in": "∈", "notin": "∉",
    "subset": "⊂", "subseteq": "⊆", "cup": "∪", "cap": "∩", "forall": "∀", "exists": "∃", "partial": "∂", "nabla": "∇",
    "sum": "Σ", "prod": "Π", "int": "∫", "sqrt": "√", "ell": "ℓ", "circ": "°", "deg": "°", "star": "*", "ast": "*", "top": "T",
    "mid": "|", "vert": "|", "Vert": "‖", "langle": "⟨", "rangle": "⟩", "lceil": "⌈", "rceil": "⌉", "lfloor": "⌊",
    "rfloor": "⌋", "oplus": "⊕", "otimes": "⊗", "ldots": "…", "dots": "…", "cdots": "…", "quad": " ", "qquad": " ",
    "textendash": "–", "textemdash": "—", "S": "§", "ss": "ß", "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ",
    "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ",
    "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "varphi": "φ", "chi": "χ",
    "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ",
    "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip
_NOTHING = {
    "left",
    "right",
    "big",
    "Big",
    "bigl",
    "bigr",
    "em",
    "it",
    "bf",
    "rm",
    "sc",
    "tt",
    "sf",
    "displaystyle",
    "limits",
    "xspace",
}
_ACCENTS = {
    "'": "\u0301",
    "`": "\u0300",
    "^": "\u0302",
    '"': "\u0308",
    "~": "\u0303",
    "c": "\u0327",
    "v": "\u030c",
    "=": "\u0304",
    "H": "\u030b",
}
_WRAPPED = re.compile(
    r"\\(?:emph|text\w*|math\w+|boldsymbol|underline|overline|operatorname|mbox|bar|hat|tilde|widetilde|widehat|vec)\*?\s*\{([^{}]*)\}"
)
_LINK = re.compile(r"\\href\s*\{[^{}]*\}\s*\{([^{}]*)\}|\\url\s*\{([^{}]*)\}")
_GONE = re.compile(r"\\(?:cite\w*|ref|label|footnote|thanks)\s*(?:\[[^\[\]]*\])?\{[^{}]*\}")
_FRACTION = re.compile(r"\\d?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_ACCENT = re.compile(r"""\\(['`^"~=]|[cvH](?=\{))\s*(?:\{\s*\\?(\w)\s*\}|(\w))""")
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_ESCAPED = re.compile(r"\\([%&_#${}])")
_SPACING = re.compile(r"\\[,;:! ]|~(?=\d|\w)")
_BRACES = re.compile(r"\{([^{}]*)\}")  # no prefix: a pattern that starts with a brace is fast to search
_MATH = re.compile(r"\$\$?(?=\S)([^$]+?)(?<=\S)\$\$?(?!\d)")  # Pandoc's rule: `$5 and $10` is no formula
_GUARD = {"%": "\ue000", "&": "\ue001", "_": "\ue002", "#": "\ue003", "$": "\ue004", "{": "\ue005", "}": "\ue006"}


def plain(text: str) -> str:
    """Return `text` with its TeX converted; unchanged if it has none."""
    if "\\" not in text and "$" not in text and "{" not in text:
        return text
    text = _ESCAPED.sub(lambda found: _GUARD[found[1]], text)  # protected: an escaped brace closes no group
    text = _LINK.sub(lambda found: found[1] or found[2] or "", _GONE.sub("", text))
    for _ in range(3):  # nested arguments
        text = _FRACTION.sub(r"\1/\2", _WRAPPED.sub(r"\1", text))
    text = _ACCENT.sub(lambda found: (found[2] or found[3]) + _ACCENTS[found[1]], text)
    text = re.sub(r"\\[()\[\]]", "", _MATH.sub(r"\1", text))
    text = _COMMAND.sub(lambda found: _SIGNS.get(found[1], "" if found[1] in _NOTHING else found[1]), text)
    text = _SPACING.sub(" ", text)
    for _ in range(3):
        text = _BRACES.sub(r"\1", text)
    text = re.sub(r"(\d)\s+(?=×|%)", r"\1", text)
    for mark, guard in _GUARD.items():
        text = text.replace(guard, mark)
    return text

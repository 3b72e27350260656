"""A folder of a few rules for catalogues, some of them hostile."""

from __future__ import annotations

from pathlib import Path

#: A text that would be markup, drive the terminal, and turn the direction of what follows.
HOSTILE = "</script><img src=x onerror=alert(1)>\"'&\u202e\x1b[2J"
_TOML = HOSTILE.replace("\\", "\\\\").replace('"', '\\"').replace("\x1b", "\\u001b").replace("\u202e", "\\u202e")
_HEAD = 'title = "T"\nabout = "A"\n'
_FILES = {
    "families.toml": f'{_HEAD}[family]\nshare = "buttons to share the page"\n',
    "languages.toml": f"""{_HEAD}
[language.en]
name = "English"
letters = "[é]"
[language.de]
name = "German"
letters = "[ß]"
""",
    "en/share.toml": f"""{_HEAD}
[[rule]]
id = "button"
about = "A line that asks to share the page"
remove = "line"
match = "share this article"
removes = ["Share this article"]
keeps = ["Share this bread"]
""",
    "de/share.toml": f"""{_HEAD}
[[rule]]
id = "knopf"
about = "A line that asks to share the page"
confidence = "medium"
remove = "line"
match = "artikel teilen"
removes = ["Artikel teilen"]
keeps = ["Brot teilen"]
""",
    "odd.toml": f"""{_HEAD}
sites = ["quay.example"]
[[rule]]
id = "credit"
about = "A credit in the midst of a line"
remove = "match"
match = "picture: epa"
keeps = ["a picture"]
seen = 1200
[[rule.example]]
before = "The harbour froze. Picture: EPA When it thawed, he wept."
after = "The harbour froze. When it thawed, he wept."
[[rule]]
id = "hostile"
about = "{_TOML}"
confidence = "low"
remove = "line"
match = ".{{0,20}}img src.{{0,40}}"
removes = ["{_TOML}"]
keeps = ["{_TOML} more than the pattern has room for, by many words"]
""",
}


def write_rules(folder: Path) -> Path:
    """The folder, with the rules written into it."""
    for name, text in _FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder

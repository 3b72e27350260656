"""Two runs at once: one is told, and nothing is torn."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from cleaner.errors import InputError
from cleaner.io import atomic
from tests.conftest import Command, fill, tree
from tests.learn.corpora import MadeSite

QUAY = MadeSite("quay.example", "en", ["Quay Post"], ["Quay deals of the week", "The Quay on paper"])
RULE = "title = 'A'\nabout = 'A'\n[[rule]]\nid = 'own'\nabout = 'A'\nconfidence = 'high'\nremove = 'line'\nmatch = 'The quay is old[.]'\n"


@pytest.fixture
def corpus(cleaner: Command) -> Path:
    path = cleaner.folder / "quay.jsonl"
    path.write_text("".join(json.dumps({"url": page.url, "text": page.text}) + "\n" for page in QUAY.pages(20)))
    return path


def test_one_holds_a_folder_and_others_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "a/b"
    with atomic.alone(folder), pytest.raises(InputError, match="another run is at work there"), atomic.alone(folder):
        pytest.fail("both were let in")
    assert not folder.exists()  # it was empty
    with atomic.alone(folder):
        (folder / "file").touch()
    with atomic.alone(folder):
        assert (folder / "file").exists()


@pytest.mark.parametrize("args", [["learn", "quay", "--since", "learned"], ["rules", "accept", "*"], ["rules", "reject", "*"]])
def test_what_was_learned_is_changed_by_one_at_a_time(cleaner: Command, args: list[str]) -> None:
    for what in ("crab", "gull", "pike", "seal"):  # the first line is doubtful: it may be the headline
        page = f"A {what} in the harbour\nA {what} was seen on Monday.\nThe {what} went on to the islands.\nTides and weather of the day\n"
        fill(cleaner.folder / "quay", f"{what}.txt", data=page.encode())
    assert cleaner("learn", "quay", "--into", "learned").code == 0
    before = tree(cleaner.folder / "learned")
    line = [*args, "--into" if args[0] == "learn" else "--from", "learned"]
    with atomic.alone(cleaner.folder / "learned/.cleaner"):
        done = cleaner(*line)
        assert (done.code, done.out) == (2, b"")
        assert done.err == "error: learned/.cleaner: another run is at work there (wait for it to end)\n"
        assert tree(cleaner.folder / "learned") == before
    assert cleaner(*line).code == 0


def test_two_that_learn_at_once_give_what_one_gives(cleaner: Command, corpus: Path) -> None:
    assert cleaner("learn", corpus, "--into", "alone").code == 0
    line = cleaner.line(["learn", corpus, "--into", "both"])
    runs = [
        subprocess.Popen(line, cwd=cleaner.folder, env=cleaner.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [run.communicate(timeout=60)[1] for run in runs]
    assert sorted(run.returncode for run in runs) == [0, 2], said
    assert any("another run is at work there" in err or "holds what was learned before" in err for err in said), said
    assert tree(cleaner.folder / "both") == tree(cleaner.folder / "alone")


def test_rules_that_come_while_a_batch_runs_are_for_the_next_one(cleaner: Command) -> None:
    fill(
        cleaner.folder / "in", *(f"{number}.txt" for number in range(300)), data=b"It rained.\nThe quay is old.\nShare this article\n" * 20
    )
    (cleaner.folder / "own").mkdir()
    (cleaner.folder / "own/first.toml").write_text(RULE.replace("old", "new"))
    line = cleaner.line(["batch", "in", "-d", "out", "-r", "own", "-j", "2", "--audit", "audit"])
    with subprocess.Popen(line, cwd=cleaner.folder, env=cleaner.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as run:
        while run.poll() is None and not (cleaner.folder / "out/0.txt").exists():
            pass
        (cleaner.folder / "own/second.toml").write_text(RULE)
        assert run.wait(60) == 0
    assert {*tree(cleaner.folder / "out").values()} == {b"It rained.\nThe quay is old.\n" * 20}
    again = cleaner("batch", "in", "-d", "out", "-r", "own", "-q", "--resume")
    assert again.code == 2
    assert "--force" in again.err

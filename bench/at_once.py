"""Two people do the same at the same moment, against the running product: python -m bench.at_once [--rounds 200]

Each round two assistants judge a new request, take it, and move it by hand, each pair at one moment, while two managers
publish one draft. Each time one has to get it and the other to be told, with what they typed still in the form. At the end
`manage.py verify` looks at what is stored. Prints one line of JSON; the code is other than 0 if anything was lost.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from html import unescape
from http import HTTPStatus
from pathlib import Path
from threading import Barrier
from urllib.parse import urlsplit

from bench import pages, serving
from bench.client import Answer, UnexpectedAnswerError, Visitor

OPEN = 500
EVERY_ONE = "1.0"
SEEN = re.compile(r'name="seen"[^>]*? value="([^"]*)"')
STANDS = re.compile(r'class="entry" id="row-[0-9]+"[^>]*hx-get="/queue/why/([A-Z]+-[0-9]+)/"')
TOLD = (HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY)
Fields = Mapping[str, str]
Prepare = Callable[[Visitor, int], tuple[str, Fields]]


@dataclass
class Tally:
    """How the pairs ended, and a sentence for each that ended otherwise than it should."""

    ended: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def judge(self, what: str, number: int, typed: str, answers: Sequence[Answer]) -> int | None:
        """One was let through and the other told; returns whose it is."""
        got = [place for place, answer in enumerate(answers) if answer.status == HTTPStatus.FOUND]
        told = [answer for answer in answers if answer.status in TOLD]
        self.ended[f"{what}: {len(got)} got it, {len(told)} told"] += 1
        if len(got) != 1 or len(told) != 1:
            self.faults.append(f"{what} {number}: {[answer.status for answer in answers]}")
            return None
        page = unescape(told[0].body.decode())
        if typed.format(1 - got[0]) not in page:
            self.faults.append(f"{what} {number}: what the other typed is gone.")
        return got[0]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.at_once", description="Two people do the same at once.")
    parser.add_argument("--rounds", type=int, default=200)
    rounds: int = parser.parse_args().rounds
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="desk-at-once-") as folder, serving.house(Path(folder)) as house:
        facts = house.fill(OPEN, EVERY_ONE)
        facts = {**facts, "office": str(facts["office"])} | json.loads(
            house.run("bench.second_people", str(house.folder / "facts.json"))
        )
        with serving.gunicorn(house, serving.PRODUCT) as (port, _web):
            began = datetime.now(UTC)
            play(port, facts, rounds, tally)
            seconds = (datetime.now(UTC) - began).total_seconds()
        verified = subprocess.run(
            [sys.executable, "manage.py", "verify"],
            env=house.environment,
            cwd=serving.ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    about = {"bench": "at once", "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M}", "commit": commit(), "rounds": rounds}
    ended = dict(sorted(tally.ended.items()))
    result = {
        "seconds": round(seconds),
        "ended": ended,
        "faults": tally.faults[:20],
        "verify": verified.stdout.strip().split("\n")[-1],
    }
    print(json.dumps({**about, **result}))
    return 1 if tally.faults or verified.returncode else 0


def commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=serving.ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


def play(port: int, facts: Mapping[str, str], rounds: int, tally: Tally) -> None:
    requester, *pairs = [
        signed_in(port, facts, who)
        for who in ("requester", "assistant", "second_assistant", "manager", "second_manager")
    ]
    assistants, managers = pairs[:2], pairs[2:]
    targets = STANDS.findall(assistants[0].get("/queue/").body.decode())[-5:]
    with ThreadPoolExecutor(4) as threads:
        for number in range(rounds):
            reference = logged(requester, facts)
            drafted(managers[0], facts, number)
            together(
                threads,
                tally,
                number,
                [("judged", assistants, judging(reference)), ("published", managers, publishing(facts))],
            )
            together(threads, tally, number, [("taken", assistants, taking(reference))])
            together(threads, tally, number, [("moved", assistants, moving(reference, targets))])


def together(
    threads: ThreadPoolExecutor, tally: Tally, number: int, pairs: Sequence[tuple[str, Sequence[Visitor], Prepare]]
) -> None:
    """Everybody opens their form, and then all of them press the button at one moment."""
    prepared = [
        (visitor, prepare(visitor, place)) for _what, two, prepare in pairs for place, visitor in enumerate(two)
    ]
    barrier = Barrier(len(prepared))

    def press(visitor: Visitor, address: str, fields: Fields) -> Answer:
        barrier.wait()
        return visitor.post(address, fields)

    futures = [threads.submit(press, visitor, address, fields) for visitor, (address, fields) in prepared]
    answers = [future.result() for future in futures]
    for place, (what, _two, _prepare) in enumerate(pairs):
        tally.judge(what, number, TYPED[what], answers[2 * place : 2 * place + 2])


TYPED = {
    "judged": "The words of number {}",
    "published": "The note of number {}",
    "taken": "",
    "moved": "The reason of number {}",
}


def judging(reference: str) -> Prepare:
    address = f"/queue/judge/{reference}/"

    def prepare(visitor: Visitor, place: int) -> tuple[str, Fields]:
        levels = {
            "alignment": str(1 + place),
            "sole_provider": str(place),
            "agreement": "",
            "clout": str(2 + place),
            "resources": "1",
        }
        review_on = (date.today() + timedelta(days=30 + place)).isoformat()  # noqa: DTZ011 -- any day to come will do
        typed = {"evidence": TYPED["judged"].format(place), "review_on": review_on}
        return address, {**levels, **typed, "seen": seen_in(visitor.get(address))}

    return prepare


def taking(reference: str) -> Prepare:
    def prepare(visitor: Visitor, _place: int) -> tuple[str, Fields]:
        version = pages.version_in(visitor.get(f"/requests/{reference}/").body.decode())
        return f"/requests/{reference}/take/", {"seen_version": str(version)}

    return prepare


def moving(reference: str, targets: Sequence[str]) -> Prepare:
    address = f"/queue/move/{reference}/"

    def prepare(visitor: Visitor, place: int) -> tuple[str, Fields]:
        seen = seen_in(visitor.get(address))
        reason = {"why": "other", "reason": TYPED["moved"].format(place), "until": "open"}
        return address, {"above": "", "other": targets[place], **reason, "seen": seen}

    return prepare


def publishing(facts: Mapping[str, str]) -> Prepare:
    def prepare(visitor: Visitor, place: int) -> tuple[str, Fields]:
        seen = seen_in(visitor.get(f"/rules/draft/effect/?office={facts['office']}"))
        note = {"note": TYPED["published"].format(place)}
        return "/rules/draft/publish/", {"office": facts["office"], **note, "seen": seen}

    return prepare


def drafted(manager: Visitor, facts: Mapping[str, str], number: int) -> None:
    """Begin a draft that says something else than the rules in force."""
    expect(manager.post("/rules/begin/", {"office": facts["office"]}), HTTPStatus.FOUND)
    page = manager.get(f"/rules/draft/?office={facts['office']}").body.decode()
    fields = {
        name: unescape(value)
        for name, value in re.findall(r'<input[^>]*? name="([a-z_]+)"[^>]*? value="([^"]*)"', page)
    }
    fields |= {"team_days": str(10 + number % 2), "office": facts["office"], "act": "save"}
    expect(manager.post("/rules/draft/", fields), HTTPStatus.FOUND)


def logged(requester: Visitor, facts: Mapping[str, str]) -> str:
    answer = expect(requester.post("/requests/new/", pages.log_fields(facts)), HTTPStatus.FOUND)
    return urlsplit(answer.headers["Location"]).path.strip("/").split("/")[-1]


def seen_in(answer: Answer) -> str:
    found = SEEN.search(expect(answer, HTTPStatus.OK).body.decode())
    if found is None:
        raise UnexpectedAnswerError(f"No form says what it showed: {answer.body[:1500].decode()}")
    return unescape(found[1])


def expect(answer: Answer, status: HTTPStatus) -> Answer:
    if answer.status != status:
        raise UnexpectedAnswerError(f"{answer.status} instead of {status}: {answer.body[-3000:].decode()}")
    return answer


def signed_in(port: int, facts: Mapping[str, str], who: str) -> Visitor:
    visitor = Visitor(port)
    visitor.sign_in(facts[who], facts["password"])
    return visitor


if __name__ == "__main__":
    sys.exit(main())

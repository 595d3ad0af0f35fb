"""A person's browser as far as measuring needs it: one kept connection, cookies, forms."""

import http.client
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

CSRF_FIELD = "csrfmiddlewaretoken"
CSRF_COOKIE = "csrf"
# Shorter than the two seconds for which gunicorn keeps a silent connection.
RECONNECT_AFTER_SECONDS = 1.0
ASSET = re.compile(r'(?:<link rel="stylesheet" href|<script[^>]* src)="([^"]+)"')


class UnexpectedAnswerError(Exception):
    """A page answered otherwise than it should; a figure of it would mean nothing."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    seconds: float
    headers: Mapping[str, str]


@dataclass
class Visitor:
    """Asks over a connection of its own; `twin` is the same signed-in person on another connection."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    _connection: http.client.HTTPConnection | None = None
    _used_at: float = 0.0

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self._ask("GET", path, None, headers or {})

    def post(self, path: str, fields: Mapping[str, str]) -> Answer:
        body = urlencode({CSRF_FIELD: self.cookies.get(CSRF_COOKIE, ""), **fields}).encode()
        return self._ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def sign_in(self, email: str, password: str, *, email_field: str = "login") -> None:
        self.get("/accounts/login/")
        answer = self.post("/accounts/login/", {email_field: email, "password": password})
        if answer.status != http.HTTPStatus.FOUND:
            raise UnexpectedAnswerError(f"{email} could not sign in: {answer.status}")

    def twin(self) -> "Visitor":
        return Visitor(self.port, dict(self.cookies))

    def _ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        connection = self._connected()
        began = time.perf_counter()
        connection.request(method, path, body, {"Cookie": self._cookie_header(), **headers})
        response = connection.getresponse()
        text = response.read()
        self._used_at = time.perf_counter()
        self._keep_cookies(response)
        return Answer(response.status, text, self._used_at - began, dict(response.getheaders()))

    def _connected(self) -> http.client.HTTPConnection:
        if self._connection is None or time.perf_counter() - self._used_at > RECONNECT_AFTER_SECONDS:
            if self._connection:
                self._connection.close()
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            self._connection.connect()
        return self._connection

    def _cookie_header(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def _keep_cookies(self, response: http.client.HTTPResponse) -> None:
        for header in response.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(header).items()}


Step = Callable[[Visitor, int], Answer]


@dataclass(frozen=True)
class Timing:
    p50_ms: float
    p95_ms: float
    html_bytes: int


def time_alone(visitors: Sequence[Visitor], step: Step, times: int) -> Timing:
    """Take the step so many times, one after the other; the visitors' connections reach both workers."""
    return _timing([step(visitors[number % len(visitors)], number) for number in range(times)])


def time_beside(
    visitors: Sequence[Visitor], step: Step, clock: Sequence[Visitor], tick: Step, times: int
) -> tuple[Timing, Timing]:
    """Take both steps in turn, so that a machine that is slower for a while is so for both."""
    answers, ticks = [], []
    for number in range(times):
        ticks.append(tick(clock[number % len(clock)], number))
        answers.append(step(visitors[number % len(visitors)], number))
    return _timing(answers), _timing(ticks)


def requests_a_second(visitors: Sequence[Visitor], step: Step, times: int) -> float:
    """Let every visitor take the step so many times, all at once."""
    failures: list[BaseException] = []

    def take(place: int, visitor: Visitor) -> None:
        try:
            for number in range(times):
                step(visitor, place * times + number)
        except (UnexpectedAnswerError, OSError, http.client.HTTPException) as problem:
            failures.append(problem)

    threads = [threading.Thread(target=take, args=pair) for pair in enumerate(visitors)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return len(visitors) * times / (time.perf_counter() - began)


def _timing(answers: Sequence[Answer]) -> Timing:
    seconds = sorted(answer.seconds for answer in answers)
    return Timing(_at(seconds, 0.5) * 1000, _at(seconds, 0.95) * 1000, len(answers[-1].body))


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def gzipped_assets(visitor: Visitor, path: str) -> int:
    """Bytes of style sheets and scripts of a page, as they come over the line."""
    html = visitor.get(path).body.decode()
    found = sorted(set(ASSET.findall(html)))
    if not found:
        raise UnexpectedAnswerError(f"{path} names no style sheet and no script.")
    return sum(len(visitor.get(address, {"Accept-Encoding": "gzip"}).body) for address in found)

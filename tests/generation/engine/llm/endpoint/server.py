"""A model server of its own process that speaks OpenAI's protocol, and fails in the ways that servers fail.

    python server.py PORT LOG [--faults] [--forever]

Every request goes into LOG as a line, with what became of it. With faults, requests fall ill by their digest: 429, 500,
an answer that comes too late or drop by drop, cut-off JSON, and answers of another form, each a few times and then no
more; what is asked again with what was wrong is answered. Where they last forever, it is not. What it writes follows
from the notes in the prompt, in another order, with words of its own and a product that stands there in quotes; a
question is asked in a polite frame, or wrongly, and what is asked without a passage is told that Nikola Tesla did it in
Paris in 1882.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

FAULTS = ("429", "500", "late", "drip", "cut", "form", "words", "", "", "", "")
ILL_FOR = 2
CLOSERS = ("Could you look into it?", "Thanks a lot.", "Please get back to me.", "I hope that is possible.", "")
OPENERS = ("Morning!", "Hey team,", "Just wondering:", "One more thing,", "")
# Five that ask the same, and one each with a name of its own, without its subject, and as two sentences.
FRAMES = ("Would you tell me, please, {0}",) * 5 + ("Did Thomas Edison know {0}", "{1} was it?", "I ask. {0}")
_seen: dict[str, int] = {}
_lock = threading.Lock()


def answer_to(prompt: str, seed: int) -> dict[str, object]:
    """A message in the words of the notes, or as many turns as are asked for."""
    rng = random.Random(seed)
    if question := re.search(r"^Question: (.+)$", prompt, re.MULTILINE):
        return {
            "question": rng.choice(FRAMES).format(question[1][:1].lower() + question[1][1:], question[1].split()[0])
        }
    if re.search(r"^Asked: ", prompt, re.MULTILINE):
        return {"answer": "I think it was Nikola Tesla in Paris, in 1882."}
    if turns := re.search(r"Write exactly (\d+) turns", prompt):
        return {"turns": [f"Turn {at + 1}: {rng.choice(OPENERS)} <time>." for at in range(int(turns[1]))]}
    notes = re.findall(r"^- (.+)$", prompt, re.MULTILINE)
    words = [word for note in notes for word in note.split()]
    start = rng.randrange(max(1, len(notes)))
    middle = " ".join(notes[start].split()[:5] + rng.sample(words, min(3, len(words))))
    product = re.search(r"“(.+?)”", prompt)
    used = f"I use {product[1]}." if product else ""
    return {"text": " ".join(filter(None, [rng.choice(OPENERS), middle + ".", used, rng.choice(CLOSERS)]))}


class Model(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    log, has_faults, is_ill_forever = Path(), False, False

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        prompt = body["messages"][-1]["content"]
        digest = hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
        with _lock:
            _seen[digest] = _seen.get(digest, 0) + 1
            passing = _seen[digest] <= ILL_FOR and "could not be used" not in prompt
            ill = self.has_faults and (passing or self.is_ill_forever)
        # What is asked again with what was wrong stays ill in the way that its first prompt was.
        first = hashlib.sha256(prompt.split("\n\nYour last answer")[0].encode()).hexdigest()
        fault = FAULTS[int((first if self.is_ill_forever else digest)[:8], 16) % len(FAULTS)] if ill else ""
        self.note(digest, fault or "answered", prompt)
        getattr(self, f"_{fault or 'answered'}".replace("429", "busy").replace("500", "broken"))(body, prompt)

    def note(self, digest: str, became: str, prompt: str) -> None:
        with _lock, self.log.open("a") as log:
            log.write(json.dumps({"digest": digest, "became": became, "prompt": prompt}) + "\n")

    def _answered(self, body: dict[str, object], prompt: str) -> None:
        self._say(json.dumps(answer_to(prompt, int(str(body.get("seed", 0))))))

    def _say(self, content: str) -> None:
        message = {"choices": [{"message": {"role": "assistant", "content": content}}], "usage": {"total_tokens": 50}}
        self._send(200, json.dumps(message).encode())

    def _send(self, status: int, content: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _busy(self, body: object, prompt: str) -> None:
        self._send(429, b'{"error": {"message": "slow down"}}', Retry_After="0.05")

    def _broken(self, body: object, prompt: str) -> None:
        self._send(500, b'{"error": {"message": "it broke"}}')

    def _late(self, body: dict[str, object], prompt: str) -> None:
        time.sleep(4)
        self._answered(body, prompt)

    def _drip(self, body: object, prompt: str) -> None:
        """A byte now and then: each comes in time, the whole never."""
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(40):
            self.wfile.write(b" ")
            self.wfile.flush()
            time.sleep(0.1)
        self.close_connection = True

    def _cut(self, body: object, prompt: str) -> None:
        self._send(200, b'{"choices": [{"message": {"content": "{\\"te')

    def _form(self, body: object, prompt: str) -> None:
        self._say('{"message": "of another form"}')

    def _words(self, body: object, prompt: str) -> None:
        self._say("Sure! Here is a message for you.")

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def log_message(self, *args: object) -> None:
        pass


if __name__ == "__main__":
    Model.log, Model.has_faults = Path(sys.argv[2]), "--faults" in sys.argv
    Model.is_ill_forever = "--forever" in sys.argv
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Model).serve_forever()

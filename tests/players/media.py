"""Media without end from an HTTP server of our own, at the pace of a clock: what plays reads from it, so it knows who does.

No driver of the agent knows of it: this is the question whether a picture still plays that is independent of the
driver's own. A player that was stopped closes its connection; one that hangs keeps it.
"""

import http.server
import select
import socket
import struct
import threading
import time

RATE = 8000  # bytes of sound a second: 8 bits, one channel
BURST_S = 3  # what a player may have at once, so that it need not wait before it begins
TICK_S = 0.05


def wav(seconds=None):
    """The head of a WAV file; without `seconds` of a length that nobody knows."""
    size = 0xFFFFFFFF - 36 if seconds is None else seconds * RATE
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, RATE, RATE, 1, 8)
    return b"RIFF" + struct.pack("<I", size + 36) + b"WAVE" + form + b"data" + struct.pack("<I", size)


class Media(http.server.ThreadingHTTPServer):
    """`url` plays; `slow_url` is not answered before release(): whoever asks for it is opening."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Request)
        self.url = f"http://127.0.0.1:{self.server_address[1]}/hum.wav"
        self.slow_url = self.url.replace("hum", "slow")
        self.beat_url = self.url.replace("hum", "beat")
        self.released = threading.Event()
        self.connections = []  # sockets of those who were given media, or wait for it
        self.asked = 0
        self.beat_at = 0.0  # when `beat_url` was asked for: by what keeps its connection although nothing plays
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def release(self):
        self.released.set()

    def close(self):
        self.released.set()
        self.shutdown()
        self.server_close()

    def readers(self):
        """How many connections take media now: asked for it, and not closed by the one who asked."""
        return sum(1 for connection in list(self.connections) if is_open(connection))

    def handle_error(self, *_):
        pass  # a player hung up


def is_open(connection):
    try:
        if not select.select([connection], [], [], 0)[0]:
            return True
        return connection.recv(1, socket.MSG_PEEK) != b""
    except (OSError, ValueError):
        return False


class Request(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        media = self.server
        if "beat" in self.path:
            media.beat_at = time.monotonic()
            return self.send_error(404)
        media.connections.append(self.connection)
        media.asked += 1
        try:
            if "slow" in self.path:
                while not media.released.wait(TICK_S):
                    if not is_open(self.connection):
                        return
            self.play()
        except OSError:
            pass
        finally:
            media.connections.remove(self.connection)

    def play(self):
        self.send_response(200)
        self.send_header("Content-Type", "audio/wav")
        self.send_header("Accept-Ranges", "none")
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        hum = bytes(range(96, 160)) * (RATE // 64)
        self.wfile.write(wav() + hum * BURST_S)
        due, step = time.monotonic(), hum[: int(RATE * TICK_S)]
        while is_open(self.connection):
            self.wfile.write(step)
            due += TICK_S
            time.sleep(max(0, due - time.monotonic()))

    do_HEAD = do_GET

    def log_message(self, *_):
        pass

"""Thunder, by a stand-in for it: its Controller over WebSocket, as the sources of R5.3 have it.

What it does is read there, and was not recorded from one that runs: Source/Thunder/Controller.cpp (Activate, Deactivate,
Services), Source/Thunder/PluginServer.cpp (Service::Deactivate: `Deactivation` while the plugin is torn down, an error for
a second order meanwhile, the answer when it is done), Source/core/JSONRPC.h (errors), Source/plugins/Metadata.cpp (the
state of a plugin, with its configuration), Source/Thunder/PluginServer.h (the upgrade, a job for each request).

    python3 thunder.py PORT    serves on 127.0.0.1:PORT; its plugin `YouTube` plays what it is activated with
"""

import base64
import hashlib
import json
import socket
import struct
import sys
import threading
import time
import urllib.request

CALLSIGN = "YouTube"
TEARDOWN_S = 0.04  # of a plugin
MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Plugin:
    def __init__(self):
        self.state, self.stream, self.listeners = "Deactivated", None, []

    def activate(self, url):
        self.state = "Activation"
        self.stream = urllib.request.urlopen(url)
        threading.Thread(target=self.read, args=(self.stream,), daemon=True).start()
        self.move("Activated")

    def read(self, stream):
        try:
            while stream.read(400):
                pass
        except (OSError, ValueError, AttributeError):
            pass

    def deactivate(self):
        if self.state == "Deactivation":
            return {"code": -31012, "message": "ERROR_INPROGRESS"}
        if self.state == "Activation":
            return {"code": -31005, "message": "The service is in an illegal state."}
        if self.state == "Activated":
            self.state = "Deactivation"
            time.sleep(TEARDOWN_S)
            self.stream.fp.raw._sock.shutdown(socket.SHUT_RDWR)
            self.notify("Deactivated")  # before the state is so
            self.state = "Deactivated"
        return None

    def move(self, state):
        self.state = state
        self.notify(state)

    def notify(self, state):
        for send, client in list(self.listeners):
            send({"jsonrpc": "2.0", "method": f"{client}.statechange",
                  "params": {"callsign": CALLSIGN, "state": state, "reason": "Requested"}})

    def metadata(self):
        return {"callsign": CALLSIGN, "locator": "libThunderCobalt.so", "classname": "Cobalt", "module": "Plugin_Cobalt",
                "state": self.state, "startmode": "Deactivated", "resumed": False,
                "version": {"hash": "0" * 64, "major": 1, "minor": 0, "patch": 0},
                "configuration": {"url": "https://www.youtube.com/tv", "state": "Deactivated", "language": "x" * 2000},
                "observers": len(self.listeners)}


class Channel:
    def __init__(self, connection, plugin):
        self.connection, self.plugin, self.lock = connection, plugin, threading.Lock()
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(1)
        fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
        accept = base64.b64encode(hashlib.sha1(fields[b"Sec-WebSocket-Key"] + MAGIC).digest())
        connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                           b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n")
        self.serve()

    def bytes(self, count):
        got = b""
        while len(got) < count:
            more = self.connection.recv(count - len(got))
            if not more:
                raise OSError("closed")
            got += more
        return got

    def serve(self):
        while True:
            first, length = self.bytes(2)
            size = length & 0x7F
            if size == 126:
                (size,) = struct.unpack(">H", self.bytes(2))
            mask = self.bytes(4)  # a server takes masked frames alone
            text = bytes(byte ^ mask[i % 4] for i, byte in enumerate(self.bytes(size)))
            if first & 0x0F == 1:
                threading.Thread(target=self.process, args=(json.loads(text),), daemon=True).start()

    def send(self, message):
        text = json.dumps(message).encode()
        head = b"\x81" + (bytes([len(text)]) if len(text) < 126 else b"\x7e" + struct.pack(">H", len(text)))
        try:
            with self.lock:
                self.connection.sendall(head + text)
        except OSError:
            pass

    def process(self, call):
        method, answer, error = call["method"], None, None
        if method == "Controller.1.register":
            self.plugin.listeners.append((self.send, call["params"]["id"]))
            answer = 0
        elif method == f"Controller.1.status@{CALLSIGN}":
            answer = self.plugin.metadata()  # one alone is no array
        elif method == "Controller.1.deactivate" and call["params"]["callsign"] == CALLSIGN:
            error = self.plugin.deactivate()
        elif method == "Test.activate":
            self.plugin.activate(call["params"]["url"])
        elif method.startswith("Controller.1."):
            error = {"code": -31022, "message": "ERROR_UNKNOWN_KEY"}
        else:
            error = {"code": -32601, "message": "Unknown method."}
        self.send({"jsonrpc": "2.0", "id": call["id"], **({"error": error} if error else {"result": answer})})


def channel(connection, plugin):
    try:
        Channel(connection, plugin)
    except (OSError, KeyError, ValueError):
        connection.close()


def main():
    plugin = Plugin()
    with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as listening:
        while True:
            connection, _ = listening.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=channel, args=(connection, plugin), daemon=True).start()


if __name__ == "__main__":
    main()
    sys.exit()

from real_player import RealPlayer  # noqa: E402
from stage import Program, wait_for  # noqa: E402


class Thunder(RealPlayer):
    name = "thunder"
    quick = True
    told = {
        "playing": ("remote-termination", "stopped"),
        "opening": ("remote-termination", "unconfirmed"),  # it takes no order before it is activated
        "hung": ("remote-termination", "unconfirmed"),
        "gone": ("remote-termination", "unconfirmed"),
        "ended": ("player-exited", "stopped"),
        # It may be there again before anybody has asked.
        "restarted": [("player-exited", "stopped"), ("remote-termination", "stopped")],
    }

    def prepare(self):
        with socket.create_server(("127.0.0.1", 0)) as listening:
            self.port = listening.getsockname()[1]

    def settings(self):
        return {"adapter": "thunder", "url": f"ws://127.0.0.1:{self.port}/jsonrpc", "callsign": CALLSIGN}

    def play(self, url):
        if self.program is None or self.program.process.poll() is not None:
            self.program = self.stage.enter(Program([sys.executable, "-B", __file__, str(self.port)], self.name))
            wait_for(self.connect, "Thunder listens")
        asked = self.media.asked
        text = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "Test.activate", "params": {"url": url}}).encode()
        self.ours.sendall(b"\x81" + bytes([0x80 | 126]) + struct.pack(">H", len(text)) + bytes(4) + text)
        wait_for(lambda: self.media.asked > asked, "Thunder's plugin asks for media")

    play_again = play

    def connect(self):
        try:
            self.ours = socket.create_connection(("127.0.0.1", self.port))
        except OSError:
            return False
        self.ours.sendall(b"GET /jsonrpc HTTP/1.1\r\nHost: a\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
        return b"101" in self.ours.recv(1024)

"""What passes between two programs of a story, and when."""

import selectors
import socket
import threading
import time


class Relay(threading.Thread):
    """Passes bytes on between clients and a target, and notes when which bytes went: `log` holds (time, towards the
    target?, bytes). What it passes stays encrypted; only the moments are of interest, or an open text such as mpv's."""

    def __init__(self, target, listen=("127.0.0.1", 0)):
        super().__init__(daemon=True)
        self.target = target
        family = socket.AF_UNIX if isinstance(listen, str) else socket.AF_INET
        self.listener = socket.socket(family)
        self.listener.bind(listen)
        self.listener.listen(64)
        self.address = self.listener.getsockname()
        self.log = []
        self.start()

    def run(self):
        selector = selectors.DefaultSelector()
        selector.register(self.listener, selectors.EVENT_READ, None)
        while True:
            for key, _ in selector.select():
                if key.data is None:
                    self.accept(selector)
                else:
                    self.pass_on(selector, key)

    def accept(self, selector):
        client, _ = self.listener.accept()
        target = socket.socket(socket.AF_UNIX if isinstance(self.target, str) else socket.AF_INET)
        try:
            target.connect(self.target)
        except OSError:
            client.close()
            return
        for end in (client, target):
            if end.family == socket.AF_INET:
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(client, selectors.EVENT_READ, (target, True))
        selector.register(target, selectors.EVENT_READ, (client, False))

    def pass_on(self, selector, key):
        other, outward = key.data
        if key.fileobj.fileno() < 0:
            return  # closed with its other end, a moment ago
        try:
            data = key.fileobj.recv(65536)
        except OSError:
            data = b""
        try:
            if data:
                self.log.append((time.monotonic(), outward, data))
                other.sendall(data)
                return
        except OSError:
            pass
        for end in (key.fileobj, other):
            try:
                selector.unregister(end)
            except KeyError:
                pass
            end.close()

"""A CM that says what a bench wants to hear: over TLS, on connections that are kept, a certificate of its own."""
import email.utils
import http.server
import socket
import ssl
import subprocess
import threading
import time


def make_certificate(folder):
    key, certificate = str(folder / "key.pem"), str(folder / "certificate.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-keyout", key, "-out", certificate, "-days", "30", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
    return key, certificate


class Cm(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, folder, lease_s, arrived):
        super().__init__(("127.0.0.1", 0), Call)
        self.lease_s = lease_s
        self.arrived = arrived  # what is known when a call arrives
        self.key, self.certificate = make_certificate(folder)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.certificate, self.key)
        self.handshakes = 0
        self.calls = []  # (kind, what was known)
        self.denial = None  # (status, body) of the next heartbeat
        self.sessions = 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def finish_request(self, request, address):
        request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        stream = self.context.wrap_socket(request, server_side=True)
        self.handshakes += 1
        self.RequestHandlerClass(stream, address, self)

    def handle_error(self, request, address):
        pass  # the daemon goes

    def of_kind(self, kind):
        return [known for of, known in self.calls if of == kind]


class Call(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer is one write

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", lease_s=0, **fields):
        now = time.time()
        self.send_response_only(status)
        self.send_header("Date", email.utils.formatdate(now, usegmt=True))
        self.send_header("Expires", email.utils.formatdate(now + lease_s, usegmt=True))
        for name, value in fields.items():
            self.send_header(name, value)
        if body:
            self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        known = self.server.arrived()
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path.rstrip("/").count("/") == 4:  # /v2/sessions/IDP/SUBJECT
            self.server.calls.append(("start", known))
            self.server.sessions += 1
            return self.answer(202, lease_s=self.server.lease_s, Location=f"bench-{self.server.sessions:08}")
        denial, self.server.denial = self.server.denial, None
        self.server.calls.append(("denied" if denial else "heartbeat", known))
        if denial:
            return self.answer(*denial)
        return self.answer(202, lease_s=self.server.lease_s)

    def do_DELETE(self):
        self.server.calls.append(("delete", self.server.arrived()))
        self.answer(202)

    def do_GET(self):
        self.server.calls.append(("get", self.server.arrived()))
        self.answer(200, b"[]")  # names of metadata that it requires

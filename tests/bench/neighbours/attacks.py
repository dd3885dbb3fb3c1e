#!/usr/bin/env python3
"""What one program on the box can do to the local port, each in a loop until it is killed.

    tests/bench/neighbours/attacks.py NAME HOST PORT
"""

import http.client
import json
import os
import socket
import sys
import time

JSON = {"Content-Type": "application/json"}
SLOW_MS = 2600
ATTACKS = {}


def attack(what):
    def keep(function):
        ATTACKS[function.__name__.replace("_", "-")] = (what, function)
        return function
    return keep


def connect(host, port, window=None):
    """A socket, of which the kernel takes few bytes at once where `window` is given."""
    client = socket.socket()
    if window:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
    client.settimeout(5)
    client.connect((host, port))
    return client


def get(path):
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def start(connection, subject="flood", key=None):
    body = {"idp": "mvpd", "subject": subject, "metadata": {"note": "n" * 200}}
    if key:
        body["clientKey"] = key
    connection.request("POST", "/v1/sessions", json.dumps(body), JSON)
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read() or b"{}")


def for_ever(step, host, port):
    while True:
        try:
            connection = http.client.HTTPConnection(host, port, timeout=30)
            while True:
                step(connection)
        except (OSError, http.client.HTTPException, ValueError):
            time.sleep(0.001)


@attack("8 idle event streams, opened again where they end")
def idle_streams(host, port):
    def listen():
        client = connect(host, port)
        client.sendall(get("/v1/events"))
        client.setblocking(False)
        return client

    clients = [listen() for _ in range(8)]
    while True:
        time.sleep(0.05)
        for i, client in enumerate(clients):
            try:
                head = client.recv(4096)
            except BlockingIOError:
                continue
            except OSError:
                head = b""
            if not head or b" 503 " in head:
                client.close()
                clients[i] = listen()


@attack("a loop of starts that CM refuses")
def refused_starts(host, port):
    for_ever(lambda connection: start(connection, "refused"), host, port)


@attack("a loop of start and DELETE")
def start_and_delete(host, port):
    def step(connection):
        status, session = start(connection)
        if status == 201:
            connection.request("DELETE", f"/v1/sessions/{session['id']}")
            connection.getresponse().read()

    for_ever(step, host, port)


@attack("the same, each with a new clientKey")
def new_keys(host, port):
    def step(connection):
        key = os.urandom(16).hex()
        status, session = start(connection, key=key)
        if status == 201:
            connection.request("DELETE", f"/v1/sessions/{session['id']}?clientKey={key}")
            connection.getresponse().read()

    for_ever(step, host, port)


def crowd(opened, most, pause):
    """So many clients; a new one takes the place of the oldest. `pause`: the box's processor is not the matter here."""
    clients = []
    while True:
        try:
            clients.append(opened())
        except OSError:
            time.sleep(0.001)
        if len(clients) > most:
            clients.pop(0).close()
        time.sleep(pause)


@attack("30 clients that ask for the longest answers and read nothing")
def unread_answers(host, port):
    paths = ["/v1/openapi.json", "/", "/v1/sessions", "/v1/history", "/v1/events?since=0&timeoutSeconds=0"]

    def opened():
        client = connect(host, port, 2048)
        client.sendall(b"".join(get(path) for path in paths) * 4)
        return client

    crowd(opened, 30, 0.002)


@attack("30 clients that send the longest bodies and never the last byte")
def endless_bodies(host, port):
    head = b"POST /v1/sessions HTTP/1.1\r\nHost: l\r\nContent-Type: application/json\r\nContent-Length: 65536\r\n\r\n"

    def opened():
        client = connect(host, port)
        client.sendall(head + b" " * 65535)
        return client

    crowd(opened, 30, 0.002)


@attack("40 connections that say nothing, opened again where they end")
def silent_connections(host, port):
    crowd(lambda: connect(host, port), 40, 0.001)


@attack("CM answers in 2.6 s, and 8 questions and 5 starts wait for it")
def slow_questions(host, port):
    clients = []
    for number in range(8):
        clients.append((connect(host, port), get(f"/v1/streams?idp=mvpd&subject=slow-{number}&refresh=true")))
    body = json.dumps({"idp": "mvpd", "subject": "slow"}).encode()
    post = (b"POST /v1/sessions HTTP/1.1\r\nHost: l\r\nContent-Type: application/json\r\nContent-Length: "
            + str(len(body)).encode() + b"\r\n\r\n" + body)
    for _ in range(5):
        clients.append((connect(host, port), post))
    waiting = set()
    while True:
        for i, (client, request) in enumerate(clients):
            try:
                if client not in waiting:
                    client.setblocking(False)
                    client.sendall(request)
                    waiting.add(client)
                elif client.recv(65536):
                    waiting.discard(client)
                else:
                    raise OSError
            except BlockingIOError:
                pass
            except OSError:
                waiting.discard(client)
                client.close()
                clients[i] = (connect(host, port), request)
        time.sleep(0.02)


if __name__ == "__main__":
    ATTACKS[sys.argv[1]][1](sys.argv[2], int(sys.argv[3]))

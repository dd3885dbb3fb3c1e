#!/usr/bin/python3
"""What the agent needs of mpv's JSON IPC, for a box without mpv and with the smallest of Pythons: mpv_stand_in.py SOCKET.

It plays until it is stopped.
"""
import re
import socket
import sys

idle = "false"
with socket.socket(socket.AF_UNIX) as listening:
    listening.bind(sys.argv[1])
    listening.listen()
    while True:
        with listening.accept()[0] as caller:
            for line in caller.makefile():
                if '"stop"' in line or '"quit"' in line:
                    idle = "true"
                number = re.search(r'"request_id":(\d+)', line)
                answer = '{"error":"success","request_id":%s,"data":%s}\n' % (number[1] if number else 0, idle)
                caller.sendall(answer.encode())

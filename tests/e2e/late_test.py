"""Addresses that the box gets when the daemon runs already: in a network of its own, which this test changes."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from stage import BIN, EMULATOR, Program, wait_for

TOKEN = "Uq3x_Tn-08vLcY2mZr7WdA"
# What socket(2) says of a kernel whose module of IPv6 is not loaded, while the file is there.
WITHOUT_IPV6 = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
int socket(int family, int type, int protocol) {
    static int (*real)(int, int, int);
    if (!real) real = (int (*)(int, int, int))dlsym(RTLD_NEXT, "socket");
    if (family != AF_INET6 || access(getenv("WITHOUT_IPV6"), F_OK) != 0) return real(family, type, protocol);
    errno = EAFNOSUPPORT;
    return -1;
}
"""

# A name server for one name, and the server that has the name: says when somebody connects.
NAME_SERVER = """
import socket
tcp = socket.create_server(("127.0.0.1", 8443))
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(("127.0.0.1", 53))
print("serves", flush=True)
tcp.settimeout(0.05)
udp.settimeout(0.05)
while True:
    try:
        asked, caller = udp.recvfrom(512)
        end = asked.index(0, 12) + 5
        is_a = asked[end - 4:end - 2] == bytes([0, 1])
        answer = bytes([0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 127, 0, 0, 1]) if is_a else b""
        udp.sendto(asked[:2] + bytes([0x81, 0x80, 0, 1, 0, is_a, 0, 0, 0, 0]) + asked[12:end] + answer, caller)
    except TimeoutError:
        pass
    try:
        tcp.accept()[0].close()
        print("reached", flush=True)
    except TimeoutError:
        pass
"""


def can_have_a_network():
    return not EMULATOR and os.geteuid() == 0 and all(map(shutil.which, ("unshare", "nsenter", "ip"))) and \
        subprocess.run(["unshare", "-n", "ip", "link", "set", "lo", "up"], capture_output=True, check=False).returncode == 0


@unittest.skipUnless(can_have_a_network(), "needs to be root with a network name space")
class AddressesThatComeLate(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="cmagent-")))

    def launch(self, *entries, before="", url="http://127.0.0.1:1/v2", **environment):
        tokens = self.folder / "tokens"
        tokens.write_text(TOKEN + "\n")
        tokens.chmod(0o600)
        configuration = self.folder / "cmagent.json"
        configuration.write_text(json.dumps({
            "cm": {"url": url, "applicationId": "demo-app"},
            "http": {"listen": entries, "tokenFile": str(tokens)}, "state": {"dir": str(self.folder)}}))
        command = f"ip link set lo up; {before} exec '{BIN}/cmagentd' --config '{configuration}'"
        # A sanitizer's library wants to be the first of a program; ours may stand before it.
        environment["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
        words = [f"{name}={value}" for name, value in environment.items()]
        self.daemon = Program(["unshare", "-n", "-m", "env", *words, "sh", "-c", command], "cmagentd")
        self.addCleanup(self.daemon.stop)

    def inside(self, *command):
        return subprocess.run(["nsenter", "-t", str(self.daemon.process.pid), "-n", "-m", *command], capture_output=True,
                              text=True, check=False, timeout=20)

    def status(self, address):
        ask = ("import http.client, sys; c = http.client.HTTPConnection(sys.argv[1], 8790, timeout=5); "
               "c.request('GET', '/healthz', headers={'Host': 'localhost'}); print(c.getresponse().status)")
        return self.inside("python3", "-c", ask, address).stdout.strip()

    def line(self, word):
        return self.daemon.line(self.daemon.err, word)

    def test_hazard_45_an_address_is_served_once_the_box_has_it(self):
        self.launch("127.0.0.1:8790", "192.0.2.7:8790", "[2001:db8::7]:8790")
        self.line("warning http.listen: 192.0.2.7:8790: the box does not have this address yet")
        self.line("listening on http://[2001:db8::7]:8790")
        self.assertEqual((self.status("127.0.0.1"), self.status("192.0.2.7")), ("200", ""))
        for address in ("192.0.2.7/32", "2001:db8::7/128"):
            self.assertEqual(self.inside("ip", "addr", "add", address, "dev", "lo").returncode, 0)
            wait_for(lambda address=address: self.status(address.split("/")[0]) == "200", address)
        # It goes and comes: a cable, a lease.
        self.inside("ip", "addr", "del", "192.0.2.7/32", "dev", "lo")
        self.inside("ip", "addr", "add", "192.0.2.7/32", "dev", "lo")
        self.assertEqual(self.status("192.0.2.7"), "200")
        self.assertEqual(sum("192.0.2.7:8790: the box" in line for line in self.daemon.err), 1, "told once")

    def test_a_daemon_whose_only_address_is_late_lives(self):
        self.launch("192.0.2.7:8790")
        self.line("listening on http://192.0.2.7:8790")
        self.inside("ip", "addr", "add", "192.0.2.7/32", "dev", "lo")
        wait_for(lambda: self.status("192.0.2.7") == "200", "the address")

    def test_ipv6_that_is_switched_on_later(self):
        off = "echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6 &&"
        self.launch("127.0.0.1:8790", "[::1]:8790", before=off)
        self.line("listening on http://127.0.0.1:8790")
        if not any("[::1]:8790: the box does not have" in line for line in self.daemon.err):
            self.skipTest("IPv6 cannot be switched off here")
        self.assertEqual(self.status("::1"), "")
        self.inside("sh", "-c", "echo 0 >/proc/sys/net/ipv6/conf/all/disable_ipv6")
        wait_for(lambda: self.status("::1") == "200", "the other loopback")

    def test_hazard_45_a_name_server_that_the_network_brings_later(self):
        known = self.folder / "resolv.conf"
        known.write_text("nameserver 127.0.0.9\n")  # nobody
        self.launch("127.0.0.1:8790", before=f"mount --bind '{known}' /etc/resolv.conf &&", url="https://cm.test:8443/v2")
        self.line("listening on")
        network = Program(["nsenter", "-t", str(self.daemon.process.pid), "-n", "-m", "python3", "-c", NAME_SERVER], "network")
        self.addCleanup(network.stop)
        network.line(network.out, "serves")
        ask = ("import http.client, json; c = http.client.HTTPConnection('127.0.0.1', 8790, timeout=30); "
               "c.request('POST', '/v1/sessions', json.dumps({'idp': 'mvpd', 'subject': 'household-1'}), "
               f"{{'Content-Type': 'application/json', 'Authorization': 'Bearer {TOKEN}'}}); "
               "print(c.getresponse().status)")
        self.assertEqual(self.inside("python3", "-c", ask).stdout.strip(), "201")  # on credit
        self.assertNotIn("reached", network.out)
        known.write_text("nameserver 127.0.0.1\n")
        network.line(network.out, "reached")

    @unittest.skipUnless(shutil.which("cc"), "needs a compiler")
    def test_hazard_45_ipv6_that_is_loaded_later(self):
        source, library, off = self.folder / "socket.c", self.folder / "socket.so", self.folder / "off"
        source.write_text(WITHOUT_IPV6)
        subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
        off.touch()
        self.launch("127.0.0.1:8790", "[::1]:8790", LD_PRELOAD=library, WITHOUT_IPV6=off)
        self.line("warning http.listen: [::1]:8790: the box lacks this address family")
        self.line("listening on http://127.0.0.1:8790")
        self.assertEqual(self.status("::1"), "")
        off.unlink()
        self.line("listening on http://[::1]:8790")
        self.assertEqual(self.status("::1"), "200")


if __name__ == "__main__":
    unittest.main()

"""Every call of the system and every allocation failed once: the agent goes on, or says why it cannot.

    python3 tests/faults/injection_test.py [--all] [--seed S] [Class…]

By default of each call that can fail the first time that it is made, and others by lot; --all: each time, but of
mbedTLS's 27,000 allocations, most of them arithmetic's, 3,000 by lot.
"""

import argparse
import concurrent.futures
import errno
import random
import unittest

from faulty_box import Fault, knock, live_through
from stage import Stage

# What the kernel says (the calls' manual pages); 0: a part is done. Not what only a wrong argument brings, and not poll()
# and getsockname(), without which no more is lost than a line of the log.
ERRORS = {
    "accept4": "EMFILE ENFILE ENOMEM ECONNABORTED EINTR EPROTO",
    "bind": "EADDRINUSE EACCES",
    "close": "EIO EINTR",
    "connect": "ECONNREFUSED ENETUNREACH ETIMEDOUT EINTR",
    "epoll_create1": "EMFILE ENOMEM",
    "epoll_ctl": "ENOMEM ENOSPC",
    "epoll_wait": "EINTR",
    "eventfd": "EMFILE",
    "flock": "ENOLCK EINTR",
    "fork": "EAGAIN ENOMEM",
    "fstat": "ENOMEM",
    "fsync": "EIO ENOSPC",
    "ftruncate": "EIO EINTR",
    "getpeername": "ENOBUFS",
    "getrandom": "EINTR ENOSYS 0",
    "getsockopt": "ENOBUFS",
    "listen": "EADDRINUSE",
    "mmap": "ENOMEM",
    "open": "EMFILE ENFILE EIO",
    "openat": "EMFILE EROFS ENOSPC EACCES",
    "pipe2": "EMFILE",
    "pthread_create": "EAGAIN",
    "pwrite": "ENOSPC EIO EINTR 0",
    "read": "EINTR EIO",
    "recvfrom": "ECONNRESET ETIMEDOUT 0",
    "send": "ECONNRESET EPIPE EAGAIN 0",
    "sendmsg": "ECONNRESET EPIPE",
    "setsockopt": "ENOMEM",
    "shutdown": "ENOTCONN",
    "signalfd": "EMFILE ENOMEM",
    "socket": "EMFILE ENFILE ENOBUFS EAFNOSUPPORT",
    "timerfd_create": "EMFILE ENOMEM",
    "waitpid": "EINTR",
    "write": "EAGAIN EIO",
}
AT_ONCE = 6  # an evening waits for CM most of the time
MOST = 3000


def numbers(errors):
    return [getattr(errno, name, 0) for name in errors.split()]


class Injection:
    all = False
    seed = 1
    cmsim_options = ()

    def setUp(self):
        self.stage = self.enterContext(Stage())
        self.cm = self.stage.cmsim(*self.cmsim_options, ttl=1)

    def count(self, library=""):
        counted = live_through(self.stage, self.cm, Fault("nothing", library=library))
        # A library that could not be loaded before the program is only a warning of the dynamic linker.
        self.assertGreater(sum(counted.values()), 0, "no call was counted: is failing.so built?")
        return counted

    def fail_each(self, faults, by_lot):
        """The first time of each call, and so many others."""
        first = [fault for fault in faults if fault.number == 1]
        others = [fault for fault in faults if fault.number > 1]
        most = MOST if self.all else by_lot
        chosen = first + random.Random(self.seed).sample(others, min(most, len(others)))
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            results = list(pool.map(self.outcome, chosen))
        print(f"{self.id()}: {len(chosen)} of {len(faults)} failed, {results.count('refused')} of them kept it from starting;"
              f" seed {self.seed}", flush=True)
        wrong = [result for result in results if result not in ("refused", "well")]
        self.assertEqual(wrong, [], "\n".join(wrong))

    def outcome(self, fault):
        try:
            return "refused" if live_through(self.stage, self.cm, fault) is None else "well"
        except AssertionError as wrong:
            return str(wrong)


class SystemCalls(Injection, unittest.TestCase):
    def test_hazard_25_each_call_of_the_system_fails_once(self):
        counted = self.count()
        # What is called by another name than failing.cpp stands in for would pass unnoticed.
        self.assertEqual([call for call in ERRORS if counted[call] == 0], [], "these never failed")
        faults = [Fault(call, error, number) for call, errors in ERRORS.items() for error in numbers(errors)
                  for number in range(1, counted[call] + 1)]
        self.fail_each(faults, by_lot=20)


class Allocations(Injection, unittest.TestCase):
    def fail_each_of(self, library, by_lot):
        made = self.count(library)["malloc"]
        self.assertGreater(made, 0, f"{library} is not a shared library here")
        faults = [Fault("malloc", errno.ENOMEM, number, library) for number in range(1, made + 1)]
        self.fail_each(faults, by_lot)

    def test_hazard_25_of_libmicrohttpd(self):
        self.fail_each_of("libmicrohttpd", by_lot=40)

    def test_hazard_25_of_mbedtls(self):
        self.fail_each_of("libmbed", by_lot=40)

    def test_hazard_25_of_all_others(self):
        self.fail_each_of("libc.so", by_lot=20)


class Impostor(Injection, unittest.TestCase):
    cmsim_options = ("--bad-cert", "wrong-host")

    def test_hazard_16_25_no_failed_allocation_passes_for_a_verification(self):
        made = knock(self.stage, self.cm, Fault("nothing", library="libmbed"))["malloc"]
        faults = [Fault("malloc", errno.ENOMEM, number, "libmbed") for number in range(1, made + 1)]
        self.fail_each(faults, by_lot=40)
        self.assertEqual(self.cm.requests(), [], "nothing was said to an impostor")

    def outcome(self, fault):
        knock(self.stage, self.cm, fault)
        return "well"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--seed", type=int, default=Injection.seed)
    parser.add_argument("tests", nargs="*")
    wanted = parser.parse_args()
    Injection.all, Injection.seed = wanted.all, wanted.seed
    unittest.main(argv=[__file__, *wanted.tests])

"""A box under qemu-system: booted, told what to do over its serial console, looked at."""

import socket
import subprocess
import threading
import time

AGENT_PORT = 8790  # in the guest
CM_ADDRESS = "10.0.2.100:8443"  # where the guest finds CM, as cm.test

MACHINES = {
    "armhf": ["qemu-system-arm", "-M", "virt", "-cpu", "cortex-a15", "-m", "64",
              "-device", "virtio-net-device,netdev=n"],
    "arm64": ["qemu-system-aarch64", "-M", "virt", "-cpu", "cortex-a53", "-m", "128",
              "-device", "virtio-net-device,netdev=n"],
    "mipsel": ["qemu-system-mipsel", "-M", "malta", "-cpu", "24Kf", "-m", "128", "-vga", "none",
               "-device", "virtio-net-pci,netdev=n,romfile="],
    "amd64": ["qemu-system-x86_64", "-cpu", "max", "-accel", "tcg,thread=multi", "-smp", "2", "-m", "512",
              "-device", "virtio-net-pci,netdev=n,romfile="],
}
# amd64 is a whole distribution: its kernel and its programs write to a line of their own.
CONSOLE = {"armhf": "ttyAMA0", "arm64": "ttyAMA0", "mipsel": "ttyS0", "amd64": "ttyS1"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def pack(folders, image):
    """Folders into one initramfs; later ones add to and replace what earlier ones hold."""
    with open(image, "wb") as out:
        for folder in folders:
            subprocess.run("find . | cpio -o -H newc --quiet -R 0:0 | gzip -1", shell=True, cwd=folder, check=True,
                           stdout=out)


class Box:
    """What takes commands. A kind of it has try_run(command, patience): what was printed, and the status."""

    def run(self, command, patience=180):
        """What a command on the box prints; it must succeed."""
        said, status = self.try_run(command, patience)
        if status != "0":
            raise AssertionError(f"on the box: {command}: status {status}: {said}")
        return said


class Machine(Box):
    """Boots at once. `cm_port`: CM's on this machine. `more`: options of qemu's; `root`: of the kernel's."""

    def __init__(self, arch, kernel, image, cm_port, console_file, more=(), root=""):
        self.port = free_port()
        # One relay a connection: a plain guestfwd to an address carries a single one.
        network = (f"user,id=n,restrict=on,hostfwd=tcp:127.0.0.1:{self.port}-:{AGENT_PORT},"
                   f"guestfwd=tcp:{CM_ADDRESS}-cmd:socat STDIO TCP:127.0.0.1:{cm_port}")
        self.process = subprocess.Popen(
            [*MACHINES[arch], "-kernel", kernel, "-initrd", image, "-netdev", network, "-nographic", "-no-reboot",
             "-append", f"{root} console={CONSOLE[arch]} quiet loglevel=1 panic=-1", *more],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.console_file = open(console_file, "w", buffering=1)
        self.lines = []
        self.news = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()
        self.read_up_to = 0
        try:
            self._answer("ready", patience=900 if more else 180)  # a whole distribution on a busy machine
        except BaseException:  # an interruption as well: no machine stays behind
            self.kill()
            raise

    def _read(self):
        for raw in self.process.stdout:
            line = raw.decode(errors="replace").rstrip("\r\n")
            self.console_file.write(line + "\n")
            with self.news:
                self.lines.append(line)
                self.news.notify()
        with self.news:
            self.lines.append(None)
            self.news.notify()

    def _answer(self, status=None, patience=180):
        """The lines up to the next "=== STATUS"."""
        until = time.monotonic() + patience
        said = []
        with self.news:
            while True:
                while self.read_up_to < len(self.lines):
                    line = self.lines[self.read_up_to]
                    self.read_up_to += 1
                    if line is None:
                        raise AssertionError("the box went down; its console: " + " | ".join(said[-10:]))
                    if line.startswith("=== "):
                        if status is not None and line[4:] != status:
                            raise AssertionError(f"{line}: {said}")
                        return "\n".join(said).rstrip("\n"), line[4:]
                    said.append(line)
                if time.monotonic() > until:
                    raise AssertionError(f"the box does not answer; its console: {said[-10:]}")
                self.news.wait(1)

    def try_run(self, command, patience=180):
        self.process.stdin.write(command.encode() + b"\n")
        self.process.stdin.flush()
        return self._answer(patience=patience)

    def power_off(self, patience=60):
        self.process.stdin.write(b"poweroff\n")
        self.process.stdin.flush()
        return self.process.wait(patience)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

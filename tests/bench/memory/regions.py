"""What of a process is resident, by region: the text of /proc/PID/smaps in, KiB out."""

import re

MAPPING = re.compile(r"^[0-9a-f]+-[0-9a-f]+ (\S+) [0-9a-f]+ \S+ (\d+) *(.*)$")


def kind(rights, path, program, before):
    """The name of the region that a mapping belongs to. `before`: the mapping below it."""
    if path.startswith("[") or not path:
        if path.startswith("[heap"):
            return "heap"
        if path.startswith("[stack"):
            return "stack"
        if path in ("[vdso]", "[vvar]", "[sigpage]", "[vectors]"):
            return "kernel's"
        # Without a name: behind a file's data its bss, else stacks of threads and what the heap has outside.
        return before if before in ("program: bss", "program: data", "libraries: data") and path == "" else "anonymous"
    whose = "program" if path == program else "libraries"
    return f"{whose}: data" if "w" in rights else f"{whose}: constants" if "x" not in rights else f"{whose}: code"


def read(smaps):
    """{region: {"rss": KiB, "pss": KiB, "own": KiB}}, and the sum under "all"."""
    regions, program, now, last = {}, None, None, None
    for line in smaps.splitlines():
        mapping = MAPPING.match(line)
        if mapping:
            rights, inode, path = mapping.groups()
            if program is None and inode != "0":
                program = path
            last = now if last_end_is(line, regions) else None
            now = kind(rights, path, program, last)
            if now == "program: data" and inode == "0":
                now = "program: bss"
            set_end(line, regions)
            continue
        name, _, value = line.partition(":")
        key = {"Rss": "rss", "Pss": "pss", "Anonymous": "own"}.get(name)
        if key:
            for of in (now, "all"):
                row = regions.setdefault(of, {"rss": 0, "pss": 0, "own": 0})
                row[key] += int(value.split()[0])
    regions.pop(END, None)
    return regions


END = "end of the mapping before"


def last_end_is(line, regions):
    return regions.get(END) == line.partition("-")[0]


def set_end(line, regions):
    regions[END] = line.partition("-")[2].split()[0]


def table(moments):
    """Text: a row for each region, a column for each moment: RSS, and what of it no file backs."""
    names = [name for name in dict.fromkeys(name for regions in moments.values() for name in regions) if name != "all"]
    width = max(len(name) for name in names)
    lines = [" " * width + "".join(f"  {moment:>18s}" for moment in moments)]
    for name in [*sorted(names), "all"]:
        cells = [regions.get(name, {"rss": 0, "own": 0, "pss": 0}) for regions in moments.values()]
        lines.append(f"{name:{width}s}" + "".join(f"  {cell['rss']:9,d} {cell['own']:8,d}" for cell in cells))
    lines.append("PSS".ljust(width) + "".join(f"  {regions['all']['pss']:9,d}         " for regions in moments.values()))
    return "\n".join(lines)

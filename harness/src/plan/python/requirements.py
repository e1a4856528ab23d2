import fnmatch, functools, itertools, os, platform, re, sys


class Unclear(Exception):
    """What cannot be understood, which is nobody's failure."""


# Versions and requirements as Python packages have them: PEP 440 and PEP 508.

VERSION = re.compile(
    r"\s*v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?(\d*))?"
    r"(?:-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d*))?([-_.]?dev[-_.]?(\d*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?\s*",
    re.IGNORECASE,
)


@functools.total_ordering
class Version:
    def __init__(self, text):
        found = VERSION.fullmatch(text)
        if not found:
            raise Unclear(f"{text!r} is no version")
        epoch, release, before, count, implied, after, later, dev, of_dev, local = found.groups()
        self.release = tuple(map(int, release.split(".")))
        bare = self.release
        while len(bare) > 1 and bare[-1] == 0:
            bare = bare[:-1]
        self.base = (int(epoch or 0), bare)
        self.is_before, self.is_after, self.is_dev = bool(before or dev), bool(implied or after), bool(dev)
        names = {"alpha": "a", "beta": "b", "preview": "rc", "pre": "rc", "c": "rc"}
        name = before and names.get(before.lower(), before.lower())
        # One of a development release alone comes before all others of its release, one that is final after them.
        first = ("", 0) if dev and not before and not self.is_after else (name, int(count or 0)) if name else ("z", 0)
        post = int(implied or later or 0) if self.is_after else -1
        end = int(of_dev or 0) if dev else float("inf")
        self.public = (*self.base, first, post, end)
        parts = re.split("[-_.]", local.lower()) if local else []
        self.local = tuple((1, int(part), "") if part.isdigit() else (0, 0, part) for part in parts)

    def __eq__(self, other):
        return (self.public, self.local) == (other.public, other.local)

    def __lt__(self, other):
        return (self.public, self.local) < (other.public, other.local)

    def begins(self, start):
        # As `==1.2.*` asks: the parts that are not there count as 0.
        parts = self.release[:len(start.release)]
        padded = parts + (0,) * (len(start.release) - len(parts))
        return (self.base[0], padded) == (start.base[0], start.release)


def meets(version, operator, wanted):
    # Whether a version meets one clause, as `>=` `1.2`.
    if operator == "===":
        return version.strip().lower() == wanted.strip().lower()
    here = Version(version)
    if wanted.endswith(".*") and operator in ("==", "!="):
        start = Version(wanted[:-2])
        if start.is_before or start.is_after or start.local:
            raise Unclear(f"{operator}{wanted} is no clause")
        return here.begins(start) == (operator == "==")
    there = Version(wanted)
    same_base = here.base == there.base
    if operator in ("==", "!="):
        same = here == there if there.local else here.public == there.public
        return same == (operator == "==")
    if operator == ">=":
        return here.public >= there.public
    if operator == "<=":
        return here.public <= there.public
    if operator == "<":
        # What comes before a final release is not less than it, nor what is added to one more.
        return here < there and not (here.is_before and same_base and not there.is_before and not there.is_after)
    if operator == ">":
        is_added = here.is_after and not there.is_after and here.public[:3] == there.public[:3] and not there.is_dev
        return here > there and not is_added and here.public != there.public
    if operator == "~=" and len(there.release) > 1:
        start = Version(f"{there.base[0]}!" + ".".join(map(str, there.release[:-1])))
        return here.public >= there.public and here.begins(start)
    raise Unclear(f"{operator}{wanted} is no clause")


def within(version, clauses):
    # Whether a version meets all clauses of `>=1.2,<2`.
    for clause in filter(None, map(str.strip, clauses.split(","))):
        found = re.fullmatch(r"(===|==|!=|<=|>=|~=|<|>)\s*(\S+)", clause)
        if not found:
            raise Unclear(f"{clause!r} is no clause")
        if not meets(version, *found.groups()):
            return False
    return True


def surroundings():
    # What markers may speak of.
    full = platform.python_version()
    implementation = sys.implementation
    version = "{0.major}.{0.minor}.{0.micro}".format(implementation.version)
    if implementation.version.releaselevel != "final":
        version += implementation.version.releaselevel[0] + str(implementation.version.serial)
    return {
        "os_name": os.name,
        "sys_platform": sys.platform,
        "platform_machine": platform.machine(),
        "platform_python_implementation": platform.python_implementation(),
        "platform_release": platform.release(),
        "platform_system": platform.system(),
        "platform_version": platform.version(),
        "python_version": ".".join(platform.python_version_tuple()[:2]),
        "python_full_version": full,
        "implementation_name": implementation.name,
        "implementation_version": version,
    }


OLD = {
    "os.name": "os_name",
    "sys.platform": "sys_platform",
    "platform.version": "platform_version",
    "platform.machine": "platform_machine",
    "platform.python_implementation": "platform_python_implementation",
    "python_implementation": "platform_python_implementation",
}


def holds(marker, extra):
    # Whether a marker holds here, for this extra (or none, which is the empty one).
    words = re.findall(r"""\s*('[^']*'|"[^"]*"|===|==|!=|<=|>=|~=|<|>|[()]|[\w.]+|\S)""", marker)
    known = {**surroundings(), "extra": extra}

    def value():
        word = words.pop(0) if words else ""
        if word[:1] in ("'", '"') and len(word) > 1:
            return None, word[1:-1]
        name = OLD.get(word, word)
        if name not in known:
            raise Unclear(f"the marker {marker!r} speaks of {word!r}")
        return name, known[name]

    def comparison():
        if words and words[0] == "(":
            words.pop(0)
            result = either()
            if not words or words.pop(0) != ")":
                raise Unclear(f"the marker {marker!r} does not close what it opens")
            return result
        left, one = value()
        operator = words.pop(0) if words else ""
        if operator == "not" and words and words.pop(0) == "in":
            operator = "not in"
        right, other = value()
        if "extra" in (left, right):
            one, other = plain_name(one), plain_name(other)
        elif operator not in ("in", "not in") and any((name or "").endswith("_version") for name in (left, right)):
            try:
                return meets(one, operator, other)
            except Unclear:
                pass  # Then they are compared as texts, of which none is more than another.
        compare = {"in": one in other, "not in": one not in other, "==": one == other, "===": one == other, "!=": one != other}
        if operator not in compare:
            raise Unclear(f"the marker {marker!r} compares by {operator!r}")
        return compare[operator]

    def both():
        result = comparison()
        while words and words[0] == "and":
            words.pop(0)
            result = comparison() and result
        return result

    def either():
        result = both()
        while words and words[0] == "or":
            words.pop(0)
            result = both() or result
        return result

    result = either()
    if words:
        raise Unclear(f"the marker {marker!r} goes on after its end")
    return result


def plain_name(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def parsed(requirement):
    # A requirement's name, extras, clauses and marker. Of what is at a URL the name alone is asked.
    found = re.fullmatch(
        r"\s*([A-Za-z0-9][\w.-]*)\s*(?:\[([^\]]*)\])?\s*(?:@\s*\S+(?:\s+;\s*(.*))?|(?:\(([^)]*)\)|([^;(@]*?))\s*(?:;\s*(.*))?)",
        requirement.strip(), re.DOTALL,
    )
    if not found:
        raise Unclear(f"{requirement!r} is no requirement")
    name, extras, of_url, closed, clauses, marker = found.groups()
    extras = {plain_name(one.strip()) for one in (extras or "").split(",") if one.strip()}
    clauses = (closed or clauses or "").strip()
    if clauses and clauses[0] not in "<>=!~":
        raise Unclear(f"{requirement!r} is no requirement")
    return plain_name(name), extras, clauses, (of_url or marker or "").strip()


# Versions and specifications as conda has them.

@functools.total_ordering
class CondaVersion:
    def __init__(self, text):
        text = text.strip().lower()
        if not re.fullmatch(r"[*.+!_0-9a-z-]+", text):
            raise Unclear(f"{text!r} is no version of conda's")
        epoch, _, rest = text.rpartition("!")
        if epoch and not epoch.isdigit():
            raise Unclear(f"{text!r} is no version of conda's")
        main, plus, local = rest.partition("+")
        if not main or plus and not local:
            raise Unclear(f"{text!r} is no version of conda's")
        self.main, self.local = [[int(epoch or 0)], *self.parts(main)], self.parts(local) if local else []

    @staticmethod
    def parts(text):
        # 1.2rc1 → [[1], [2, "rc", 1]]; a part that begins with letters has a 0 before them.
        text = text.replace("-", "_")
        end = "_" if text.endswith("_") else ""
        made = []
        for part in re.split(r"[._]", text[:-1] if end else text):
            if not part:
                raise Unclear(f"{text!r} has a part that is empty")
            known = {"post": float("inf"), "dev": "DEV"}
            pieces = [int(piece) if piece.isdigit() else known.get(piece, piece) for piece in re.findall(r"\d+|[^\d]+", part)]
            made.append(pieces if part[0].isdigit() else [0, *pieces])
        if end:
            made[-1].append("_")
        return made

    @staticmethod
    def compared(one, other):
        # Less than 0, 0, or more: letters come before numbers, `dev` before all letters, `post` after all numbers.
        def rank(piece):
            return (0, 0, piece) if isinstance(piece, str) else (1, piece, "")

        for mine, theirs in itertools.zip_longest(one, other, fillvalue=[]):
            for my, their in itertools.zip_longest(mine, theirs, fillvalue=0):
                if my != their:
                    return -1 if rank(my) < rank(their) else 1
        return 0

    def __eq__(self, other):
        return not self.compared(self.main, other.main) and not self.compared(self.local, other.local)

    def __lt__(self, other):
        return (self.compared(self.main, other.main) or self.compared(self.local, other.local)) < 0

    def begins(self, start):
        # As `1.2.*` and `=1.2` ask: the last part may go on, as 1.2rc1 does.
        if start.local:
            return not self.compared(self.main, start.main) and self.local[:len(start.local)] == start.local
        count, end = len(start.main) - 1, len(self.main) - 1
        if end < count and len(self.main[end]) > 1:
            if (self.main[:end], self.main[end][0]) == (start.main[:end], start.main[end][0]):
                raise Unclear("whether 1rc1 is 1.0.*, conda and pixi do not agree on")
            return False
        mine = self.main + [[0]] * (len(start.main) - len(self.main))
        if self.compared(mine[:count], start.main[:count]):
            return False
        here, there = mine[count], start.main[count]
        if len(here) < len(there):
            here = here + [0] * (len(there) - len(here))
        *before, last = there
        if here[:len(before)] != before:
            return False
        piece = here[len(before)]
        return piece.startswith(last) if isinstance(piece, str) and isinstance(last, str) else piece == last


def conda_clause(version, clause):
    found = re.fullmatch(r"(==|!=|<=|>=|~=|=|<|>)?\s*([^\s=<>!~][^\s=<>~]*)", clause)
    if not found:
        raise Unclear(f"{clause!r} is no clause of conda's")
    operator, wanted = found[1] or "", found[2]
    if wanted == "*":
        if operator in ("", "=", "==", ">="):
            return True
        raise Unclear(f"{clause!r} is no clause of conda's")
    starred = wanted.endswith("*")
    wanted = re.sub(r"\.?\*$", "", wanted)
    if "*" in wanted or wanted.startswith("^"):
        raise Unclear(f"{clause!r} is no clause that is understood here")
    here, there = CondaVersion(version), CondaVersion(wanted)
    if operator in ("", "=", "==", "!=") and (starred or operator == "="):
        return here.begins(there) == (operator != "!=")
    if operator == "~=":
        start = wanted.rpartition(".")[0]
        if not start or "+" in wanted:
            raise Unclear(f"{clause!r} is no clause that is understood here")
        return here >= there and here.begins(CondaVersion(start))
    return {
        "": here == there, "==": here == there, "!=": here != there,
        "<": here < there, "<=": here <= there, ">": here > there, ">=": here >= there,
    }[operator]


def conda_within(version, wanted):
    # `,` binds closer than `|`; parentheses are rare, and not understood.
    if "(" in wanted:
        raise Unclear(f"{wanted!r} is no version that is understood here")
    unclear = None
    for choice in wanted.split("|"):
        try:
            if all(conda_clause(version, clause.strip()) for clause in choice.split(",")):
                return True
        except Unclear as error:
            unclear = error
    if unclear:
        raise unclear
    return False


def conda_parsed(spec):
    # A specification's name, version and build: `name`, `name >=1,<2`, `name 1.2.* *_cp311`, `name[version='>=1']`.
    bare, condition, _ = spec.partition("#")[0].partition(";")
    keys = re.search(r"\[(.*)\]\s*$", bare)
    more = re.findall(r"""([\w-]+)\s*=\s*("[^"]*"|'[^']*'|[^,\s]*)""", keys[1]) if keys else []
    more = {key: value.strip("'\"") for key, value in more}
    bare = bare[:keys.start()] if keys else bare
    found = re.fullmatch(r"\s*(?:[^\s\[\]]*::)?([A-Za-z0-9_][\w.-]*)\s*(.*?)\s*", bare)
    if condition or not found or set(more) - {"version", "build", "channel", "subdir", "url", "md5", "sha256", "fn", "license"}:
        raise Unclear(f"{spec!r} is no specification that is understood here")
    # `>= 1.2` and `1.2, <2` are one word each.
    words = re.sub(r"\s*([,|])\s*", r"\1", re.sub(r"([=<>!~])\s+", r"\1", found[2])).split()
    if not words and re.search(r"[=<>!~]", found[1]):
        raise Unclear(f"{spec!r} is no specification that is understood here")
    if len(words) == 1 and re.fullmatch(r"=?[^=<>!~,|]+=[^=<>!~,|]+", words[0]):
        words = words[0].lstrip("=").rsplit("=", 1)  # `name=1.2=build`
    if len(words) > 2:
        raise Unclear(f"{spec!r} is no specification that is understood here")
    version, build = [*words, "", ""][:2]
    return found[1].lower(), more.get("version", version), more.get("build", build)


def build_is(build, wanted):
    if wanted.startswith("^"):
        return bool(re.search(wanted, build))
    return fnmatch.fnmatchcase(build, wanted)

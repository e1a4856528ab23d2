import functools, glob, importlib.metadata, json, mmap, os, pathlib, re, sys, sysconfig


def plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()


class Package:
    # What one record says: of conda's (`conda-meta`), or of a wheel (`dist-info`). Files are absolute paths.
    def __init__(self, name, version, files, roots, record=None, wheel=None):
        self.name, self.version, self.files, self.roots = name, version, files, roots
        self.record, self.wheel = record, wheel

    def wheels(self):
        # The distributions of Python that it brings: a package of conda may bring none, or one of another name.
        if self.wheel:
            return [self.wheel]
        metadata = [file for file in self.files if re.search(r"\.dist-info/METADATA$|\.egg-info(/PKG-INFO)?$", file)]
        folders = [re.sub(r"/(METADATA|PKG-INFO)$", "", file) for file in metadata if os.path.isfile(file)]
        return [importlib.metadata.PathDistribution(pathlib.Path(folder)) for folder in folders]

    def inside(self, *more):
        # Its files below a folder of modules, by their paths there and whole.
        for file in self.files:
            for root in [*self.roots, *more]:
                if file.startswith(root + "/"):
                    yield file[len(root) + 1:], file


def conda_package(path):
    with open(path, encoding="utf-8") as file:
        record = json.load(file)
    files = [os.path.join(sys.prefix, file) for file in record.get("files", [])]
    roots = sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
    return Package(record["name"], str(record["version"]), files, roots, record=record)


def conda_packages(pattern="*"):
    return [conda_package(path) for path in sorted(glob.glob(glob.escape(sys.prefix) + f"/conda-meta/{pattern}.json"))]


def wheel_package(wheel, name):
    root = os.path.normpath(wheel.locate_file(""))
    text = wheel.read_text("RECORD")
    # Paths of RECORD have quotes where they have commas.
    lines = [str(file) for file in wheel.files or []] if text is None or '"' in text else [
        line.rsplit(",", 2)[0] for line in text.splitlines() if line
    ]
    files = [os.path.normpath(os.path.join(root, line)) if ".." in line else os.path.join(root, line) for line in lines]
    return Package(name, wheel.metadata["Version"] or "", files, [root], wheel=wheel)


@functools.lru_cache(None)
def packages():
    # Each once: what conda brings by conda's records, all else by the records of wheels.
    found = conda_packages()

    def which(wheel):
        return os.path.realpath(wheel.locate_file("")), plain(wheel.metadata["Name"] or "")

    of_conda = {which(wheel) for package in found for wheel in package.wheels()}
    for wheel in importlib.metadata.distributions():
        if wheel.metadata["Name"] and which(wheel) not in of_conda:
            found.append(wheel_package(wheel, wheel.metadata["Name"]))
    return found


def package_named(name):
    for package in conda_packages(glob.escape(name.lower()) + "-*"):
        if package.name == name.lower():
            return package
    try:
        return wheel_package(importlib.metadata.distribution(name), name)
    except importlib.metadata.PackageNotFoundError:
        return None


def is_module(path, name):
    # A shared object says by this symbol that it is a module. One that is not there is taken at its name.
    try:
        with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return data.find(b"PyInit_" + name.encode()) >= 0
    except (OSError, ValueError):
        return os.path.basename(path).count(".") > 1


def modules_of(package):
    # By the names that one imports: those at the top and, where a folder there is no package itself, the first packages below
    # it, as google.protobuf. Where no record of files tells, entry points do.
    top, folders, bodies = set(), set(), set()
    for file, path in package.inside():
        if not file.endswith((".py", ".so")):
            continue
        above, stem = file.split("/")[:-1], file.split("/")[-1].split(".")[0]
        if above:
            folders.add(above[0])
            if stem == "__init__":
                bodies.add(tuple(above))
        elif file.endswith(".py") or is_module(path, stem):
            top.add((stem,))
    passed_over = {"test", "tests", "doc", "docs", "example", "examples"}
    for folder in folders:
        below = [body for body in bodies if body[0] == folder]
        first = [body for body in below if not any(body[:end] in bodies for end in range(1, len(body)))]
        first = [body for body in first if len(body) == 1 or not passed_over & set(body)]
        top.update(first or [(folder,)])
    if not top:
        named = [entry.value for wheel in package.wheels() for entry in wheel.entry_points if entry.group == "console_scripts"]
        named += [line for wheel in package.wheels() for line in (wheel.read_text("top_level.txt") or "").split()]
        top = {(re.split(r"[.:\s]", name)[0],) for name in named}
    every = {".".join(parts) for parts in top if all(part.isidentifier() for part in parts)}
    public = {name for name in every if not re.search(r"(^|\.)_", name)}
    return sorted(public or every)


def lacking(package):
    # What it requires and is not there. Requirements of wheels under a condition may not be meant here.
    there = {plain(one.name) for one in packages()}
    there.update(plain(one.metadata["Name"] or "") for one in importlib.metadata.distributions())
    if package.record:
        wanted = [re.match(r"(?:.*::)?([\w.-]+)", spec)[1] for spec in package.record.get("depends", []) if ";" not in spec]
        wanted = [name for name in wanted if not name.startswith("__") and name != "python_abi"]
    else:
        wanted = [re.match(r"[\w.-]+", one)[0] for one in package.wheel.requires or [] if ";" not in one]
    return [f"{package.name} requires {name}, which is not there" for name in wanted if plain(name) not in there]


def missing(error):
    # What an import did not find, and who should bring it, in one line; nothing where that cannot be told.
    while error is not None:
        text = str(error)
        library = re.search(r"([^\s/:]+\.so[^\s:]*): (?:cannot open shared object file|No such file)", text)
        if library and isinstance(error, (ImportError, OSError)):
            return missing_object(library[1])
        if isinstance(error, ImportError):
            name = re.match(r"cannot import name '(\w+)' from (?:partially initialized module )?'([\w.]+)'", text)
            name = f"{name[2]}.{name[1]}" if name else error.name if isinstance(error, ModuleNotFoundError) else None
            line = missing_module(name) if name else ""
            if line:
                return line
        error = error.__cause__ or (error.__context__ if isinstance(error, ImportError) else None)
    return ""


def missing_object(name):
    for package in packages():
        for path in package.files:
            if path.endswith("/" + name):
                if os.path.exists(path):
                    return f"{name} of {package.name} is {path}, where it is not looked for"
                return f"{name}, which {package.name} should bring, is missing"
    return f"{name} is missing, and no package of {sys.prefix} brings it: the system should"


def missing_module(name):
    path = name.replace(".", "/")
    for package in packages():
        stdlib = sysconfig.get_path("stdlib")
        inside = package.inside(stdlib + "/lib-dynload", stdlib) if package.record else package.inside()
        if any(not os.path.exists(whole) for file, whole in inside if file.startswith((path + ".", path + "/"))):
            return f"{name}, which {package.name} should bring, is missing"
    return ""


def brought(name):
    # Whether a package brings a module of this name.
    top = name.split(".")[0]
    return any(file.startswith((top + ".", top + "/")) for package in packages() for file, _ in package.inside())


def told(package, error):
    # Why a module of a package cannot be imported, and whether it is no more than a wish: where no package brings what it
    # looks for (matplotlib_inline is there, and matplotlib need not be), and all is there that its own requires.
    lines = [f"{type(error).__name__}: {error}", missing(error)]
    lacks = lacking(package)
    lines += lacks
    wish = isinstance(error, ModuleNotFoundError) and error.name and not lacks and not brought(error.name)
    return "; ".join(line for line in lines if line), bool(wish)


def tell(kind, error, trace, package=None):
    # The last line of a traceback names what is missing.
    sys.__excepthook__(kind, error, trace)
    lacks = lacking(package) if package and issubclass(kind, ImportError) else []
    for line in [*lacks, missing(error)]:
        print(line, end="\n" * bool(line), file=sys.stderr)


sys.excepthook = tell

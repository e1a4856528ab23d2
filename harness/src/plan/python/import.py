import importlib, warnings
warnings.simplefilter("ignore")


def agree(one, other):
    # As far as both go: 5.0.0 is 5.0.0.93, and 2026.10.19 is 2026.10.19.post1. What has no release contradicts nothing.
    release = [re.match(r"\s*v?(?:\d+!)?(\d+(?:\.\d+)*)", version) for version in (one, other)]
    if not all(release):
        return True
    parts = [list(map(int, found[1].split("."))) for found in release]
    return all(mine == theirs for mine, theirs in zip(*parts))


def note(text):
    print("note:", text, file=sys.stderr)


name = sys.argv[1]
package = package_named(name)
if package is None:
    sys.exit(f"{name} has no record in {sys.prefix}: sys.path is {sys.path[1:]}")
version, editable = package.version, False
for wheel in package.wheels():
    editable = editable or re.search(r'"editable"\s*:\s*true', wheel.read_text("direct_url.json") or "")
    # Where conda's record and the wheel's contradict each other, what is there is what the wheel says.
    if plain(wheel.metadata["Name"] or "") == plain(name) and not agree(wheel.version, version):
        version = wheel.version
sys.excepthook = lambda *what: tell(*what, package)
modules, wishes = modules_of(package), []
for module in modules:
    try:
        found = importlib.import_module(module)
    except ModuleNotFoundError as error:
        text, is_wish = told(package, error)
        wishes += [f"{module} looks for what no package brings: {text}"] * is_wish
        # A package of which nothing can be imported is of no use.
        if not is_wish or len(wishes) == len(modules):
            raise
        continue
    place = getattr(found, "__file__", None) or str(list(getattr(found, "__path__", [])))
    if sys.prefix not in place and not editable:
        sys.exit(f"{module} was imported from {place}, outside {sys.prefix}")
    own = getattr(found, "__version__", None)
    if isinstance(own, str) and not agree(own, version):
        note(f"{module}.__version__ is {own}, where {name} is recorded as {version}")
for wish in wishes:
    note(wish)
if not modules and package.wheel and not package.files:
    sys.exit(f"the record of {name} names neither files nor modules")
if not modules:
    note(f"{name} brings no module")
print(name, version)

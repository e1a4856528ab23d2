//! The Python that runs inside an environment's interpreter to answer for a package.

/// Imports every top-level module that a distribution's own record names, and prints its version.
///
/// The modules come from the files that the distribution recorded at its installation (`importlib.metadata`), so no map
/// from package to module names is needed. A module whose `__version__` differs from the recorded version fails.
pub(super) const IMPORT: &str = r#"
import importlib, importlib.metadata, sys, warnings
warnings.simplefilter("ignore")
name = sys.argv[1]
try:
    dist = importlib.metadata.distribution(name)
except importlib.metadata.PackageNotFoundError:
    sys.exit(f"{name} has no record in {sys.prefix}: sys.path is {sys.path[1:]}")
modules = set()
for file in dist.files or []:
    if file.suffix in (".py", ".so"):
        top = file.parts[0] if len(file.parts) > 1 else file.name.split(".")[0]
        if top.isidentifier() and not top.startswith("_"):
            modules.add(top)
if not modules:
    sys.exit(f"the record of {name} names no module")
for module in sorted(modules):
    found = importlib.import_module(module)
    place = getattr(found, "__file__", None) or str(list(getattr(found, "__path__", [])))
    if sys.prefix not in place:
        sys.exit(f"{module} was imported from {place}, outside {sys.prefix}")
    version = getattr(found, "__version__", None)
    if isinstance(version, str) and version != dist.version:
        sys.exit(f"{module}.__version__ is {version}, but {name} is recorded as {dist.version}")
print(name, dist.version)
"#;

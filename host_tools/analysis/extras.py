"""Packages that only an export or the history needs: found when installed, one clear line when not."""

import importlib
from types import ModuleType

from host_tools.errors import Failed

REMEDY = "pip install 'rhomboid[export]'"


def extra(module: str, what_for: str) -> ModuleType:
    """Import a package of the extra `export`. Raises Failed when it is not installed."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise Failed(f"{what_for} needs the package {module}, which is not installed: {REMEDY}") from error

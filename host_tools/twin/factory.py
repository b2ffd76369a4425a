"""A flash image as it leaves the factory: files put on a blank one by the interpreter's own littlefs."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from host_tools.twin.run import Scenario, run


def make_image(board: str, contents: Mapping[str, bytes], image: Path, new_storage: bool = False) -> None:
    """Write the flash image of `board` with `contents`: device path -> bytes. new_storage: see Scenario."""
    with TemporaryDirectory(prefix="rhomboid-factory-") as name:
        folder = Path(name)
        files = {}
        for number, (path, data) in enumerate(contents.items()):
            files[path] = folder / str(number)
            files[path].write_bytes(data)
        run(
            Scenario(board=board, files=files, scripts=(), duration_us=1, library=(), new_storage=new_storage),
            folder / "out",
        )
        shutil.copyfile(folder / "out" / "flash.bin", image)

"""Named arrays in one file of NumPy's own format (npz), the same bytes for the same arrays."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

_NO_DATE = (1980, 1, 1, 0, 0, 0)


def save(path: Path, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Write `arrays`, none of objects, to a new file.

    As numpy.savez does, but for the headers of the zip file, which differ there from one patch of Python to the next: a bundle is named by its bytes.
    """
    with zipfile.ZipFile(path, "w") as file:
        for name, values in arrays.items():
            written = io.BytesIO()
            np.save(written, values, allow_pickle=False)
            file.writestr(zipfile.ZipInfo(f"{name}.npy", _NO_DATE), written.getvalue())

import hashlib
import zipfile

import numpy as np

from app.classifier import array_file


def test_what_was_saved_is_loaded_by_numpy(tmp_path):
    saved = {"a": np.arange(5, dtype=np.uint64), "names": np.array(["x", "yy"]), "one": np.array(0.5), "none": np.zeros(0, np.float32)}
    array_file.save(tmp_path / "parts.npz", saved)
    with np.load(tmp_path / "parts.npz", allow_pickle=False) as loaded:
        assert set(loaded.files) == set(saved)
        assert all(loaded[name].dtype == values.dtype and np.array_equal(loaded[name], values) for name, values in saved.items())


def test_the_bytes_say_nothing_of_the_time_or_the_zip_library(tmp_path):
    array_file.save(tmp_path / "parts.npz", {"a": np.arange(3, dtype=np.int64)})
    with zipfile.ZipFile(tmp_path / "parts.npz") as file:
        [member] = file.infolist()
        assert (member.date_time, member.extra, member.compress_type) == ((1980, 1, 1, 0, 0, 0), b"", zipfile.ZIP_STORED)
    assert hashlib.sha256((tmp_path / "parts.npz").read_bytes()).hexdigest().startswith("2acc146760e6948e")

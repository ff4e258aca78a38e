"""ICD-10-CM from simple-icd-10-cm: the one file that knows that library.

Its content is one process-wide table that takes seconds to load, so it is used to compile a release and never to serve.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from app.domain.code import Code, CodeRef, CodeSystem
from app.domain.errors import DataFaults, Fault
from app.terminology.releases import Progress

# The edition inside simple-icd-10-cm 1.5: the update in force since 1 April 2026.
BUNDLED_NAME, BUNDLED_EFFECTIVE = "2026-04", date(2026, 4, 1)


def read_codes(*, tabular: Path | None = None, code_list: Path | None = None, progress: Progress = lambda _: None) -> Iterator[Code]:
    """Every item of the classification in its order, chapters and blocks included.

    Reads the edition inside the library, or the official tabular XML and list of codes. Raises DataFaults when those
    files are not what they should be.
    """
    import simple_icd_10_cm as icd

    official = tabular is not None and code_list is not None
    if official:
        try:
            icd.change_version(str(code_list), str(tabular), suppress_warnings=True)
        except Exception as error:
            icd.change_version()
            raise DataFaults(
                [Fault(str(tabular), 1, f"not the official tabular XML with its list of codes ({type(error).__name__}: {error})")]
            ) from error
    try:
        # A block of one category bears the category's name: the category stands for both.
        names = list(dict.fromkeys(icd.get_all_codes(with_dots=True)))
        for done, name in enumerate(names):
            if done % 2000 == 0:
                progress(done / len(names))
            ancestors = icd.get_ancestors(name)
            parent = icd.get_parent(name)
            if parent == name:
                parent = icd.get_parent(name, prioritize_blocks=True)
            yield Code(
                CodeRef(CodeSystem.ICD10CM, name),
                " ".join(icd.get_description(name).split()),
                icd.is_leaf(name),
                parent or None,
                tuple(icd.get_children(name)),
                ancestors[-1] if ancestors else name,
                inclusion_terms=_tidy(icd.get_inclusion_term(name)),
                includes=_tidy(icd.get_includes(name)),
                excludes1=_tidy(icd.get_excludes1(name)),
                excludes2=_tidy(icd.get_excludes2(name)),
                code_first=_tidy(icd.get_code_first(name).splitlines()),
                use_additional=_tidy(icd.get_use_additional_code(name).splitlines()),
                code_also=_tidy(icd.get_code_also(name).splitlines()),
                seventh_characters={k: " ".join(v.split()) for k, v in icd.get_seven_chr_def(name, search_in_ancestors=True).items()},
            )
        progress(1.0)
    finally:
        if official:
            icd.change_version()


def _tidy(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(" ".join(line.split()) for line in lines if line.strip())

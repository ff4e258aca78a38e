from __future__ import annotations

from collections.abc import Callable
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from app.assembly import Terms
from app.domain.code import Code, CodeRef, CodeSystem, Laterality
from app.domain.errors import DataFaults
from app.domain.release import CodeRelease
from app.terminology.alphabetic_index import read_index
from app.terminology.official_files import load_cpt, load_hcpcs, load_icd10cm, load_icd10cm_index
from app.terminology.releases import ReleaseStore

ICD, CPT, HCPCS = CodeSystem.ICD10CM, CodeSystem.CPT, CodeSystem.HCPCS
DAY = date(2026, 1, 1)
INDEX = """<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.index>
<version>2026</version>
<letter><title>P</title>
<mainTerm>
<title>Pain, painful <nemod>(chronic) (acute)</nemod></title>
<code>R52</code>
<term level="1"><title>knee</title><code>M25.56-</code></term>
<term level="1"><title>joint NEC</title><see>Pain, knee</see></term>
<term level="1"><title> <nemod>(nothing)</nemod></title><see>condition</see></term>
</mainTerm>
<mainTerm><title>Gonalgia</title><see>Pain, knee</see></mainTerm>
</letter>
</ICD10CM.index>
"""


@pytest.fixture
def store(tmp_path: Path) -> ReleaseStore:
    return ReleaseStore(tmp_path / "releases")


@pytest.fixture
def release(store: ReleaseStore) -> CodeRelease:
    codes = [Code(CodeRef(ICD, "R52"), "Pain, unspecified"), Code(CodeRef(ICD, "M25.56"), "Pain in knee", billable=False)]
    return store.write(ICD, "2026", DAY, codes)


def _file(folder: Path, content: str | bytes, name: str = "codes.txt") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def _faults(folder: Path, load: Callable[[], object]) -> list[str]:
    with pytest.raises(DataFaults) as caught:
        load()
    return [str(fault).removeprefix(f"{folder}/") for fault in caught.value.faults]


def _titles(store: ReleaseStore, release: CodeRelease) -> dict[str, str]:
    return {c.ref.code: c.title for c in store.open(release).all()}


@pytest.mark.parametrize(
    "content",
    [
        "20610\tDrain a joint\n71046\tChest film\n",
        "CPT Code\tLong Description\n20610\tDrain a joint\n71046\tChest film\n",
        'code,short,description\n20610,joint,Drain a joint\n71046,film,"Chest film"\n',
        "Copyright of the licensor\nAll rights reserved\n\nCode\tDescription\n20610\tDrain a joint\n\n71046\tChest film\n",
        "Concept Id\tCPT Code\tConsumer Friendly Descriptor\n10000\t20610\tDrain a joint\n10001\t71046\tChest film\n",
        "20610|Drain a joint\n71046|Chest film\n",
        "\ufeff20610\tDrain a joint\r\n71046\tChest film\r\n",
    ],
)
def test_a_cpt_list_is_read_with_any_delimiter_with_and_without_header(store: ReleaseStore, tmp_path: Path, content: str) -> None:
    seen: list[float] = []
    loaded = load_cpt(store, _file(tmp_path, content), name="2026", effective=DAY, progress=seen.append)
    assert (loaded.system, loaded.name, loaded.effective) == (CPT, "2026", DAY)
    assert _titles(store, loaded) == {"20610": "Drain a joint", "71046": "Chest film"}
    assert seen[-1] == 1.0


def test_clinician_descriptors_give_a_code_several_wordings(store: ReleaseStore, tmp_path: Path) -> None:
    header = "Concept Id\tCPT Code\tClinician Descriptor Id\tClinician Descriptor\n"
    rows = "1\t20610\t11\tAspiration of knee joint\n1\t20610\t12\tAspiration of hip joint\n"
    loaded = load_cpt(store, _file(tmp_path, header + rows), name="2026", effective=DAY)
    (code,) = store.open(loaded).all()
    assert (code.title, code.inclusion_terms) == ("Aspiration of knee joint", ("Aspiration of hip joint",))


def test_a_list_in_windows_letters_is_read(store: ReleaseStore, tmp_path: Path) -> None:
    loaded = load_cpt(store, _file(tmp_path, "20610\tM\xe9ni\xe8re\n".encode("cp1252")), name="2026", effective=DAY)
    assert _titles(store, loaded) == {"20610": "Ménière"}


def test_a_quotation_mark_in_a_tab_separated_list_is_text(store: ReleaseStore, tmp_path: Path) -> None:
    loaded = load_cpt(store, _file(tmp_path, '20610\tNeedle of 2" in a joint\n71046\tFilm\n'), name="2026", effective=DAY)
    assert _titles(store, loaded)["20610"] == 'Needle of 2" in a joint'


def test_what_a_licensed_list_lacks_comes_from_our_catalogue(store: ReleaseStore, tmp_path: Path) -> None:
    ours = Code(CodeRef(CPT, "20610"), "our words", laterality=Laterality.SIDE, modifiers=("RT",), units=2)
    store.write(CPT, "catalogue", date(2000, 1, 1), [ours])
    loaded = load_cpt(store, _file(tmp_path, "20610\tLicensed words\n"), name="2026", effective=DAY)
    (code,) = store.open(loaded).all()
    assert (code.title, code.laterality, code.modifiers, code.units) == ("Licensed words", Laterality.SIDE, ("RT",), 2)


def test_all_faults_of_a_list_come_at_once_and_nothing_is_written(store: ReleaseStore, tmp_path: Path) -> None:
    path = _file(tmp_path, "20610\tDrain\n2061\tshort\n71046\t\n20610\tagain\nonlytext\n71047\tFilm\n")
    found = _faults(tmp_path, lambda: load_cpt(store, path, name="2026", effective=DAY))
    assert found == [
        "codes.txt:2: '2061' is not a CPT code",
        "codes.txt:3: 71046 has no description",
        "codes.txt:4: 20610 stands twice, first in line 1",
        "codes.txt:5: 1 columns where the code and a description are wanted",
    ]
    assert store.releases() == []


@pytest.mark.parametrize("content", ["", "nothing here\n", "J1885\tketorolac\n", b"\x81\x8d\n"])
def test_a_file_that_is_no_cpt_list_is_refused(store: ReleaseStore, tmp_path: Path, content: str | bytes) -> None:
    (fault,) = _faults(tmp_path, lambda: load_cpt(store, _file(tmp_path, content), name="2026", effective=DAY))
    assert fault.startswith("codes.txt:1: ")


def test_a_file_that_is_not_there_is_a_fault(store: ReleaseStore, tmp_path: Path) -> None:
    (fault,) = _faults(tmp_path, lambda: load_cpt(store, tmp_path / "gone.txt", name="2026", effective=DAY))
    assert "can't be read" in fault


def test_only_the_hcpcs_codes_in_force_on_the_day_are_loaded(store: ReleaseStore, tmp_path: Path) -> None:
    content = (
        "code,short_description,long_description,date_added,date_terminated\n"
        "J1885,Ketorolac,Ketorolac injection per 15 mg,1995-01-01,\n"
        "J0001,Old,Gone before,1990-01-01,2025-12-31\n"
        "J0002,New,Not yet,2026-04-01,\n"
        "J0003,Last,Last day,1990-01-01,2026-01-01\n"
    )
    loaded = load_hcpcs(store, _file(tmp_path, content), name="2026", effective=DAY)
    assert _titles(store, loaded) == {"J1885": "Ketorolac injection per 15 mg", "J0003": "Last day"}
    assert store.open(loaded).all()[0].inclusion_terms == ("Ketorolac",)


def test_a_bad_date_and_a_list_without_a_code_in_force_are_faults(store: ReleaseStore, tmp_path: Path) -> None:
    path = _file(tmp_path, "code,description,date_added\nJ1885,Ketorolac,soon\n")
    assert _faults(tmp_path, lambda: load_hcpcs(store, path, name="2026", effective=DAY)) == [
        "codes.txt:2: J1885: 'soon' is not a date like 2026-01-01"
    ]
    path = _file(tmp_path, "code,description,date_added\nJ1885,Ketorolac,2027-01-01\n")
    assert _faults(tmp_path, lambda: load_hcpcs(store, path, name="2026", effective=DAY)) == [
        "codes.txt:1: none of its 1 codes is in force on 2026-01-01"
    ]


def _fixed(code: str, record: str, long: str, short: str = "", added: str = "", ended: str = "") -> str:
    return f"{code:<5}{'00100':<5}{record}{long:<80}{short:<28}".ljust(268) + f"{added:<8}{'':<8}{ended:<8}"


def test_fixed_records_of_cms_are_read_with_long_descriptions_in_several(store: ReleaseStore, tmp_path: Path) -> None:
    lines = [
        _fixed("A0021", "3", "Ambulance service, outside state per mile,", "Outside state ambulance serv", "19850101"),
        _fixed("A0021", "4", "transport (medicaid only)"),
        _fixed("   A1", "7", "Dressing for one wound"),
        _fixed("J1885", "3", "Injection, ketorolac", "Ketorolac inj", "19950101", "20200101"),
    ]
    loaded = load_hcpcs(store, _file(tmp_path, "\n".join(lines) + "\n"), name="2026", effective=DAY)
    (code,) = store.open(loaded).all()
    assert code.title == "Ambulance service, outside state per mile, transport (medicaid only)"
    assert code.inclusion_terms == ("Outside state ambulance serv",)


def test_faults_of_fixed_records_are_named(store: ReleaseStore, tmp_path: Path) -> None:
    lines = [_fixed("A0021", "3", "Ambulance"), _fixed("A0080", "4", "goes on"), _fixed("A0021", "3", "Again"), "short"]
    found = _faults(tmp_path, lambda: load_hcpcs(store, _file(tmp_path, "\n".join(lines)), name="2026", effective=DAY))
    assert [fault.split(": ")[0] for fault in found] == ["codes.txt:2", "codes.txt:3", "codes.txt:4"]


def test_the_index_gives_the_path_of_titles_with_and_without_nonessential_modifiers(tmp_path: Path) -> None:
    entries = {(e.text, e.code) for e in read_index(_file(tmp_path, INDEX, "index.xml"))}
    assert {("Pain", "R52"), ("painful", "R52"), ("Pain chronic", "R52"), ("painful acute", "R52")} <= entries
    assert {("Pain knee", "M25.56"), ("painful knee", "M25.56")} <= entries


def test_a_term_that_says_see_leads_where_that_one_leads(tmp_path: Path) -> None:
    entries = {(e.text, e.code) for e in read_index(_file(tmp_path, INDEX, "index.xml"))}
    assert {("Gonalgia", "M25.56"), ("Pain joint", "M25.56")} <= entries


def test_an_index_is_kept_with_its_release(store: ReleaseStore, release: CodeRelease, tmp_path: Path) -> None:
    loaded = load_icd10cm_index(store, _file(tmp_path, INDEX, "index.xml"), release=release)
    assert loaded.left_out == ()
    assert loaded.release.digest != release.digest
    terms = store.open(loaded.release).index_terms()
    assert len(terms) == loaded.terms
    assert ("Gonalgia", "M25.56") in terms


def test_a_few_codes_that_the_release_lacks_are_left_out_and_named(store: ReleaseStore, release: CodeRelease, tmp_path: Path) -> None:
    more = "".join(f"<mainTerm><title>Word{i}</title><code>R52</code></mainTerm>\n" for i in range(40))
    path = _file(tmp_path, INDEX.replace("</letter>", more + "<mainTerm><title>Gone</title><code>A99.9</code></mainTerm>\n</letter>"), "index.xml")
    loaded = load_icd10cm_index(store, path, release=release)
    assert [str(f).removeprefix(f"{tmp_path}/") for f in loaded.left_out] == ["index.xml:53: A99.9 is not in ICD-10-CM 2026"]


def test_an_index_of_another_release_is_refused(store: ReleaseStore, release: CodeRelease, tmp_path: Path) -> None:
    path = _file(tmp_path, INDEX.replace("R52", "R53"), "index.xml")
    found = _faults(tmp_path, lambda: load_icd10cm_index(store, path, release=release))
    assert found == ["index.xml:5: R53 is not in ICD-10-CM 2026"]
    assert store.releases() == [release]


def test_faults_of_all_indexes_come_at_once(store: ReleaseStore, release: CodeRelease, tmp_path: Path) -> None:
    one = _file(tmp_path, INDEX.replace("R52", "R5"), "a.xml")
    two = _file(tmp_path, INDEX.replace("<title>Gonalgia</title>", "<title></title>"), "b.xml")
    three = _file(tmp_path, "<ICD10CM.tabular></ICD10CM.tabular>", "c.xml")
    four = _file(tmp_path, INDEX[:300], "d.xml")
    found = _faults(tmp_path, lambda: load_icd10cm_index(store, one, two, three, four, release=release))
    assert [f.split(": ")[0] for f in found] == ["a.xml:7", "b.xml:12", "c.xml:1", "d.xml:9"]


def test_a_document_type_declaration_is_refused(tmp_path: Path) -> None:
    bomb = INDEX.replace("<ICD10CM.index>", '<!DOCTYPE x [<!ENTITY a "aaaa">]>\n<ICD10CM.index>', 1)
    assert any("document type" in f for f in _faults(tmp_path, lambda: read_index(_file(tmp_path, bomb, "index.xml"))))


def test_the_official_files_compile_to_the_same_release_as_the_library(store: ReleaseStore, terms: Terms) -> None:
    folder = Path(str(files("simple_icd_10_cm") / "data"))
    tabular, code_list = next(folder.glob("*.xml")), next(folder.glob("*.txt"))
    loaded = load_icd10cm(store, tabular, code_list, name="official", effective=date(2026, 4, 1))
    assert _titles(store, loaded) == {c.ref.code: c.title for c in terms.catalog.all(ICD)}


def test_files_that_are_not_the_tabular_list_are_refused_with_their_lines(store: ReleaseStore, tmp_path: Path) -> None:
    tabular = _file(tmp_path, "<ICD10CM.tabular>\n<chapter>\n</ICD10CM.tabular>", "tabular.xml")
    code_list = _file(tmp_path, "A00\nA000 Cholera\nnonsense\n", "list.txt")
    found = _faults(tmp_path, lambda: load_icd10cm(store, tabular, code_list, name="x", effective=DAY))
    assert found == ["list.txt:3: 'nonsense' is not an ICD-10-CM code", "tabular.xml:3: not XML: mismatched tag"]
    other = _file(tmp_path, INDEX, "tabular.xml")
    found = _faults(tmp_path, lambda: load_icd10cm(store, other, _file(tmp_path, "", "list.txt"), name="x", effective=DAY))
    assert found == ["list.txt:1: the list of codes is empty", "tabular.xml:1: the document is <ICD10CM.index>, not <ICD10CM.tabular>"]
    assert store.releases() == []


def test_the_public_files_beside_the_checkout_load(store: ReleaseStore, terms: Terms, shared_data: Path) -> None:
    release = store.write(ICD, "2026-04", date(2026, 4, 1), terms.catalog.all(ICD))
    folder = shared_data / "icd10cm"
    loaded = load_icd10cm_index(store, folder / "icd10cm-index-2025.xml", folder / "icd10cm-eindex-April-1-2026-XML.xml", release=release)
    assert loaded.terms > 100_000
    hcpcs = load_hcpcs(store, shared_data / "hcpcs" / "hcpcs_level2_2024-07.csv", name="2024-07", effective=date(2024, 7, 1))
    assert "ketorolac" in _titles(store, hcpcs)["J1885"]

"""An evaluation as files for people and programs: report.json and one report.html that loads nothing from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import jinja2
from markupsafe import Markup

from training import plots
from training.figures import Figures

_TEMPLATES = Path(__file__).with_name("templates")


def write(folder: Path, result: Figures) -> Path:
    """Write both files into `folder` and return the path of the page."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    path = folder / "report.html"
    path.write_text(page(result), encoding="utf-8")
    return path


def page(result: Figures) -> str:
    """The HTML page."""
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    environment.filters["share"] = lambda value: f"{value:.3f}"
    environment.filters["number"] = lambda value: f"{value:,}"
    drawn = {
        name: {
            # Our own SVG, whose texts are escaped where they are made.
            "reliability": Markup(plots.reliability(s["reliability"])),  # noqa: S704
            "curve": Markup(plots.precision_recall(s["curve"], s["threshold"], (s["recall"], s["precision"]))),  # noqa: S704
            "by_training_frequency": _reliability([(f"codes in {row['trained_on']} training documents", row) for row in s["by_training_frequency"]]),
            "by_chapter": _reliability([(row["chapter"], row) for row in s["by_chapter"]]),
        }
        for name, s in result["systems"].items()
    }
    curves = {system: Markup(plots.learning(points)) for system, points in _learned(result).items()}  # noqa: S704
    return environment.get_template("report.html").render(result=result, drawn=drawn, curves=curves)


def _learned(result: Figures) -> dict[str, list[tuple[int, float, float]]]:
    """Code system → (training documents, F1, MAP) of each point of the learning curve."""
    out: dict[str, list[tuple[int, float, float]]] = {}
    for point in result.get("learning_curve", {}).get("points", []):
        for system, s in point["systems"].items():
            out.setdefault(system, []).append((point["documents"], s["f1"], s["map"]))
    return out


def _reliability(rows: Sequence[tuple[str, Figures]]) -> list[dict[str, str]]:
    """A plot for each row that has pairs."""
    return [{"name": name, "svg": Markup(plots.reliability(row["reliability"]))} for name, row in rows if row["pairs"]]  # noqa: S704


def summary(result: Figures) -> str:
    """The main figures as a few lines of text."""
    lines = [f"Bundle {result['bundle']} on {result['documents']:,} documents"]
    if result["unanswered"]:
        lines.append(f"not answered: {', '.join(f'{count:,} {why}' for why, count in result['unanswered'].items())}")
    if "leakage" in result:
        leak = result["leakage"]
        lines.append(f"{leak['documents']:,} documents that training has seen ({leak['done']}), of {leak['training_documents']:,} training documents")
    head = (
        f"{'':12}{'P':>7}{'R':>7}{'F1':>7}  {'95 %':13}{'MAP':>7}  {'95 %':13}{'best F1':>8}{'ceiling':>9}{'ECE':>7}{'P@5':>7}{'R@5':>7}{'first':>7}"
    )
    lines.append(head)
    for name, s in result["systems"].items():
        f1, mean = (f"{low:.3f}-{high:.3f}" for low, high in (s["f1_interval"], s["map_interval"]))
        first = f"{s['first_listed']['right']:7.3f}" if s["first_listed"]["documents"] else f"{'-':>7}"
        lines.append(
            f"{name:12}{s['precision']:7.3f}{s['recall']:7.3f}{s['f1']:7.3f}  {f1:13}{s['map']:7.3f}  {mean:13}{s['best_f1']['f1']:8.3f}"
            f"{s['candidate_recall']:9.3f}{s['ece']:7.3f}{s['precision_at_5']:7.3f}{s['recall_at_5']:7.3f}{first}"
        )
    for name, s in result.get("against", {}).get("systems", {}).items():
        for figure in ("f1", "map"):
            d = s[f"{figure}_difference"]
            against = f"{name} {figure.upper()} against {result['against']['bundle']} ({s[figure]:.3f})"
            lines.append(f"{against}: {d['mean']:+.3f} ({d['low']:+.3f} to {d['high']:+.3f}), p = {d['p']:.3f}")
    return "\n".join(lines)

"""Demo notes as the page needs them."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.encounter import Encounter


@dataclass(frozen=True, slots=True)
class DemoNote:
    """An invented note with its encounter."""

    id: str
    title: str
    text: str
    encounter: Encounter

    def as_json(self) -> dict[str, object]:
        """What the page fills its form with."""
        e = self.encounter
        day = e.service_date.isoformat() if e.service_date else ""
        return {"id": self.id, "text": self.text, "setting": e.setting.value, "sex": e.sex.value, "age": e.age, "service_date": day}

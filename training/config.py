"""The settings of a fit."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from app.domain.errors import DataFaults, Fault

DEFAULT = Path(__file__).with_name("configs") / "default.toml"
SITE = Path(__file__).with_name("configs") / "site.toml"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PhraseConfig(_Part):
    """Learned phrases. `enabled` false leaves them out; see `app.classifier.phrases.PhraseCounts.table`."""

    enabled: bool = True
    min_documents: Annotated[int, Field(ge=1)] = 2
    min_odds: Annotated[float, Field(gt=0, le=1)] = 0.2
    shrink: Annotated[float, Field(ge=0)] = 1.0


class MarkedConfig(_Part):
    """Terms that coders marked. `enabled` false leaves them out; see `training.marked_terms.MarkedCounts.table`."""

    enabled: bool = True
    shrink: Annotated[float, Field(gt=0)] = 1.0
    prior: Annotated[float, Field(ge=0, le=1)] = 0.3


class TermConfig(_Part):
    """How often terms were right. `enabled` false leaves it out; see `training.term_precision.TermCounts.table`."""

    enabled: bool = True
    shrink: Annotated[float, Field(gt=0)] = 2.0


class RankerConfig(_Part):
    """Gradient boosting; see LightGBM. `features` and `rows`: shares of the features and of the rows that each tree is given.

    Of more than `most_rows` rows a sample of the false ones is fitted on, each weighed for those left out.
    """

    iterations: Annotated[int, Field(ge=1, le=5000)] = 200
    learning_rate: Annotated[float, Field(gt=0, le=1)] = 0.07
    leaves: Annotated[int, Field(ge=2, le=512)] = 24
    min_leaf: Annotated[int, Field(ge=1)] = 20
    l2: Annotated[float, Field(ge=0)] = 5.0
    features: Annotated[float, Field(gt=0, le=1)] = 0.5
    rows: Annotated[float, Field(gt=0, le=1)] = 0.8
    most_rows: Annotated[int, Field(ge=1000)] = 1_000_000


class ShortlistConfig(_Part):
    """Which candidates are weighed in full: those that are right with a probability of `floor`, 0 for all; see `app.classifier.shortlist`.

    It is fitted on at most `documents` of them, by the boosting that `trees` describes.
    """

    floor: Annotated[float, Field(ge=0, lt=1)] = 0.009
    documents: Annotated[int, Field(ge=1)] = 3000
    trees: RankerConfig = RankerConfig(iterations=20, learning_rate=0.25, leaves=8, min_leaf=50, features=1, rows=1)


class ThresholdConfig(_Part):
    """Where a code is suggested from. `unknown_slack`: where the setting is unknown, so many standard errors of F1 are given up for recall.

    `edits_slack`: so many are given up, whatever the setting, for fewer edits: codes that a coder would reject, replace or add.
    The two exclude one another.
    """

    unknown_slack: Annotated[float, Field(ge=0)] = 0.0
    edits_slack: Annotated[float, Field(ge=0)] = 0.0

    @model_validator(mode="after")
    def _one_slack(self) -> Self:
        if self.unknown_slack and self.edits_slack:
            raise ValueError("give unknown_slack or edits_slack, not both: one lowers the threshold, the other raises it")
        return self


class FitConfig(_Part):
    """A fit. `folds` of cross-fitting; `seed` fixes them and the ranker. `priors` false: how often a code was seen says nothing.

    A code that a coder said no to counts `rejection_weight` times as much against its words as one that nobody spoke of.
    """

    seed: int = 20261
    folds: Annotated[int, Field(ge=2, le=20)] = 5
    priors: bool = True
    rejection_weight: Annotated[float, Field(gt=0, le=10)] = 2.0
    phrases: PhraseConfig = PhraseConfig()
    marked: MarkedConfig = MarkedConfig()
    terms: TermConfig = TermConfig()
    shortlist: ShortlistConfig = ShortlistConfig()
    ranker: RankerConfig = RankerConfig()
    thresholds: ThresholdConfig = ThresholdConfig()


def load(path: Path = DEFAULT) -> FitConfig:
    """Read a TOML file. Raises DataFaults."""
    try:
        return FitConfig.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise DataFaults([Fault(str(path), 0, error.strerror or "can't be opened")]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataFaults([Fault(str(path), 1, f"not TOML: {error}")]) from None
    except ValidationError as error:
        faults = [Fault(str(path), 1, f"{'.'.join(map(str, e['loc']))}: {e['msg']}") for e in error.errors()]
        raise DataFaults(faults) from None

"""Watching a certificate: a test that may be looked at after every audit and still errs at most as often as stated.

Each audited chart gives one loss in [0, 1]: the share of its codes marked under the certificate that were wrong. While the
certificate holds, the mean loss is at most 1 - target whatever came before, so that a gambler who bets against it can't
grow rich: by Ville's inequality the capital ever reaches 1 / alpha with probability at most alpha. The capital is the mean
over fixed bets, which needs no guess of how bad things may be.

Ville, Étude critique de la notion de collectif, 1939; Waudby-Smith and Ramdas, Estimating means of bounded random variables
by betting, JRSS B 86, 2024; Podkopaev and Ramdas, Tracking the risk of a deployed model, ICLR 2022.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

# Shares of the largest bet that can't lose all of the capital.
BETS: tuple[float, ...] = (0.05, 0.1, 0.2, 0.4, 0.7)


@dataclass(frozen=True, slots=True)
class Watch:
    """`capital`: that of each bet of BETS, which begins at 1. `charts`: losses seen. `loss`: their sum. `peak`: the highest mean capital so far."""

    capital: tuple[float, ...] = field(default=(1.0,) * len(BETS))
    charts: int = 0
    loss: float = 0.0
    peak: float = 1.0

    @property
    def wealth(self) -> float:
        """The mean of the capital: evidence against the certificate, 1 in the beginning."""
        return sum(self.capital) / len(self.capital)

    def after(self, loss: float, *, target: float) -> Watch:
        """The watch with one more loss in [0, 1]."""
        allowed = 1.0 - target
        # A bet of `share / allowed` loses at most `share` of the capital, when the loss is 0.
        capital = tuple(c * (1.0 + share * (loss - allowed) / allowed) for c, share in zip(self.capital, BETS, strict=True))
        return Watch(capital, self.charts + 1, self.loss + loss, max(self.peak, sum(capital) / len(capital)))

    def broken(self, *, alpha: float) -> bool:
        """True once the evidence has been enough to revoke; wrong with probability at most `alpha` over all time."""
        return self.peak >= 1.0 / alpha


def watched(losses: Iterable[float], *, target: float) -> Watch:
    """The watch after losses, in the order in which the audits ended."""
    watch = Watch()
    for loss in losses:
        watch = watch.after(loss, target=target)
    return watch


def loss_of(right: Sequence[bool]) -> float:
    """The share of a chart's marked codes that were wrong; at least one code."""
    return sum(not r for r in right) / len(right)

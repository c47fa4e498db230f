"""How often the model's 95 % intervals of small areas hold the true value, and its MSE beside it.

Made-up areas with one covariate and sampling standard deviations from 0.05 to 0.3; the variance
between areas A is 0.01 or 0.03. Areas of surveys where A was estimated to 0 are counted apart.
"""

import argparse

import numpy as np

from samling.stats import fay_herriot


def cover(areas: int, variance: float, method: str, surveys: int, seed: int) -> str:
    """A line of the table: coverage with A above 0 and with A at 0, and the mean MSE, true and
    estimated."""
    rng = np.random.default_rng(seed)
    held: dict[bool, list[bool]] = {True: [], False: []}
    squares, estimated, zeros = [], [], 0
    for _ in range(surveys):
        x = rng.normal(size=areas)
        spread = rng.uniform(0.05, 0.3, areas)
        true = 0.3 + 0.05 * x + rng.normal(0, variance**0.5, areas)
        direct = {
            k: {"estimate": float(true[k] + rng.normal(0, spread[k])), "se": float(spread[k])}
            for k in range(areas)
        }
        found = fay_herriot(direct, {k: {"x": float(x[k])} for k in range(areas)}, method=method)
        zeros += found.variance == 0
        for row, value in zip(found.rows(), true, strict=True):
            held[found.variance > 0].append(row["model_low"] <= value <= row["model_high"])
            squares.append((row["model"] - value) ** 2)
            estimated.append(row["model_se"] ** 2)
    above, at = (np.mean(held[key]) if held[key] else np.nan for key in (True, False))
    return (
        f"| {areas} | {variance} | {method} | {zeros / surveys:.2f} | {above:.3f} | {at:.3f} | "
        f"{np.mean(squares):.4f} | {np.mean(estimated):.4f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--surveys", type=int, default=200)
    given = parser.parse_args()
    print("| areas | A | method | A at 0 | held, A above 0 | held, A at 0 | true MSE | estimated |")
    for areas in (25, 50):
        for variance in (0.01, 0.03):
            for method in ("reml", "adjusted-reml"):
                print(cover(areas, variance, method, given.surveys, seed=4))


if __name__ == "__main__":
    main()

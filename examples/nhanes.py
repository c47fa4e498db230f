"""NHANES 2009-2010 from a file to figures that can be shown: a worked example."""

# %% [markdown]
# # High cholesterol in the USA: from a file to what can be said
#
# The National Health and Nutrition Examination Survey is a stratified sample of a few large
# clusters (PSUs), with weights that vary much. The file is the one that R's package `survey`
# carries: 8,591 persons, US federal data. The same estimates are held against R's in
# `tests/stats/golden`.

# %%
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from printing import show

from samling.stats import (
    Design,
    additive_interaction,
    categorical,
    chi_square,
    estimate,
    inequality,
    maihda,
    prevalence_ratios,
    prop,
    standardise,
)

FOLDER = Path(__file__).parents[1] / "studies" / "nhanes-2009-2010"
data = pyarrow.csv.read_csv(FOLDER / "data.csv")
NAMES = {
    "ethnicity": {1: "Hispanic", 2: "white", 3: "black", 4: "other"},
    "sex": {1: "men", 2: "women"},
}
for column, names in NAMES.items():
    texts = [names[value] for value in data[column].to_pylist()]
    data = data.set_column(data.column_names.index(column), column, pa.array(texts))
print(f"{data.num_rows:,} rows: {', '.join(data.column_names)}")

# %% [markdown]
# ## The design is said once
#
# PSUs are numbered from 1 in every stratum, which has to be said (`nest`). Look at `diagnose`
# before anything is estimated: no stratum has a single PSU, and uneven weights alone make the
# sample worth five eighths of its size.

# %%
design = Design(data, weights="weight", strata="stratum", psu="psu", nest=True)
found = design.diagnose()
print(f"{found.psus} PSUs in {found.strata} strata, {found.df} degrees of freedom")
print(f"weights {found.weight_min:,.0f} to {found.weight_max:,.0f}, deff {found.deff_kish:.2f}")
print(f"lonely PSUs: {len(found.lonely)}")

# %% [markdown]
# ## Shares with intervals, and a flag where they should not be shown
#
# One pass over the data gives every grouping set. Children stay in the design, outside the domain
# of study. Nobody is left out in silence: `dropped` counts, by reason.


# %%
def adult(table):
    """The domain of study."""
    return table.age_group != "(0,19]"


result = estimate(
    design,
    prop("high_cholesterol"),
    by=[(), ("sex",), ("age_group",), ("ethnicity",)],
    where=adult,
    ci="korn-graubard",
)
COLUMNS = ("sex", "age_group", "ethnicity", "estimate", "se", "ci_low", "ci_high", "n", "flag")
show(result.rows(), COLUMNS)
print(f"outside the domain: {result.dropped.where}, no blood test: {result.dropped.variables}")

# %% [markdown]
# ## Is the difference more than chance?
#
# A difference and a ratio of two groups of the same sample: their covariance is the design's. The
# table as a whole is tested with Rao and Scott's correction.

# %%
gaps = result.contrast(
    {"difference": "women - men", "ratio": "women / men"}, "high_cholesterol", by=("sex",)
)
show(gaps.rows(), ("contrast", "estimate", "ci_low", "ci_high", "p"))
test = chi_square(design, "high_cholesterol", "ethnicity", where=adult)
print(f"F = {test.statistic:.2f} on {test.ndf:.2f} and {test.ddf:.1f} df, p = {test.p:.4f}")

# %% [markdown]
# ## The same ages everywhere
#
# Groups differ in age, and cholesterol rises with it. The standard is the population of the USA
# in 2000 (thousands), as NCHS uses it; R's `svystandardize` gives the same.

# %%
US_2000 = {"(19,39]": 77670, "(39,59]": 72816, "(59,Inf]": 45364}
standardised = standardise(
    design,
    prop("high_cholesterol"),
    over="age_group",
    standard=US_2000,
    by="ethnicity",
    where=adult,
)
show(standardised.rows(), ("ethnicity", "estimate", "se", "ci_low", "ci_high", "n"))

# %% [markdown]
# ## How large is the inequality?
#
# The groups have no order, so measures that need one say so. High cholesterol is adverse: the best
# group has the lowest share.

# %%
found = inequality(result, "ethnicity", direction="adverse")
measures = [row for row in found.rows() if row["status"] != "undefined"]
show(measures, ("measure", "estimate", "se", "ci_low", "ci_high"))
print(found.sentence("PAF", "en"))

# %% [markdown]
# ## Which factors, all at once?
#
# A Poisson model with the design's variance gives prevalence ratios, which are easier to read than
# odds ratios when the outcome is common. Average marginal predictions say the same as shares: what
# the model expects if everybody were of that age and otherwise as they are.

# %%
fit = prevalence_ratios(
    design,
    "high_cholesterol",
    [
        categorical("sex", reference="men"),
        categorical("age_group", reference="(19,39]"),
        categorical("ethnicity", reference="white"),
    ],
    where=adult,
)
show(fit.rows()[1:], ("term", "level", "n", "ratio", "ratio_low", "ratio_high", "p"))
show(fit.marginal("age_group").rows(), ("name", "estimate", "ci_low", "ci_high"))

# %% [markdown]
# ## Do they act together?
#
# Do age and sex only add up? Both variables are put together, so that every combination is compared
# with the one where the share is lowest, young women; with another reference the measures mislead,
# and the function refuses. The relative excess risk due to interaction (RERI) is 0 if the two only
# add up.

# %%
adults = data.filter(pc.not_equal(data["age_group"], "(0,19]"))
older = pc.if_else(pc.equal(data["age_group"], "(19,39]"), "young", "older")
both = pc.binary_join_element_wise(older, data["sex"], " ")
joined = Design(
    data.append_column("group", both), weights="weight", strata="stratum", psu="psu", nest=True
)
groups = categorical("group", reference="young women")
apart = prevalence_ratios(joined, "high_cholesterol", [groups], where=adult).estimates
found = additive_interaction(
    apart.values,
    apart.covariance,
    apart.names,
    first="group=older women",
    second="group=young men",
    both="group=older men",
    measure="PR",
    df=float(apart.df[0]),
)
show(found.rows(), ("measure", "estimate", "mover_low", "mover_high"))
print(found.sentence("en"))

# %% [markdown]
# ## Which combinations of groups?
#
# MAIHDA puts everybody in the stratum of their sex, age and ethnicity, and asks how much of the
# variation lies between strata, and how much of that the three variables explain by adding up.
# Nothing is weighted in it, and the result says so.

# %%
strata = maihda(adults, "high_cholesterol", ["sex", "age_group", "ethnicity"])
print(strata.sentence("en"))

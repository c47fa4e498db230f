"""NHANES 2009-2010 from a file to figures that can be shown: a worked example."""

# %% [markdown]
# # High cholesterol in the USA, from a file to what can be said
#
# The National Health and Nutrition Examination Survey is a stratified sample of clusters: few,
# large sampling units (PSUs) within strata, and weights that vary. The file is the one that R's
# package `survey` carries (8,591 persons, US federal data), and the figures can be held against
# R's and against what NCHS published in Data Brief 92.

# %%
from pathlib import Path

import pyarrow.csv

from samling.stats import Design, estimate, prop

FILE = Path(__file__).parents[1] / "studies" / "nhanes-2009-2010" / "data.csv"
data = pyarrow.csv.read_csv(FILE)
print(data.schema.to_string())

# %% [markdown]
# ## The design is said once
#
# PSUs are numbered from 1 in every stratum, which has to be said. `diagnose` is what to look at
# before anything is estimated: no stratum has a lonely PSU, and uneven weights alone cost a good
# half of the sample's worth.

# %%
design = Design(data, weights="weight", strata="stratum", psu="psu", nest=True)
found = design.diagnose()
print(f"{found.rows:,} persons in {found.psus} PSUs in {found.strata} strata: {found.df} df")
print(f"weights {found.weight_min:,.0f} to {found.weight_max:,.0f}, deff {found.deff_kish:.2f}")
print(f"lonely PSUs: {found.lonely}")

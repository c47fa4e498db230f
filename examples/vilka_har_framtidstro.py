""" "Vilka har framtidstro?" on the demo study: a worked example."""

# %% [markdown]
# # Vilka har framtidstro? (Who believe in their future?)
#
# A county asks its pupils how they see their own future, and its politicians ask back: who are
# they, where do they live, and which factors act together? This is the whole way to an answer, on
# the demo study: 22,819 answers in three rounds, made by a program and saying nothing about real
# pupils.

# %%
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from printing import show

from samling.stats import (
    Design,
    compare_rounds,
    estimate,
    explain_outcome,
    inequality,
    prop,
    protect_estimates,
    share_design_effects,
    trends,
)

FOLDER = Path(__file__).parents[1] / "studies" / "liv-och-halsa-ung-demo"
answers = pq.read_table(FOLDER / "microdata.parquet").to_pandas()
MUNICIPALITY = {
    "0428": "Vingåker",
    "0461": "Gnesta",
    "0480": "Nyköping",
    "0481": "Oxelösund",
    "0482": "Flen",
    "0483": "Katrineholm",
    "0484": "Eskilstuna",
    "0486": "Strängnäs",
    "0488": "Trosa",
}

# %% [markdown]
# ## From answers to variables
#
# The outcome is a very or fairly bright view of one's own future. An answer that says nothing (no
# answer, "do not know") stays missing: it is counted, and never becomes a no.


# %%
def recode(column, **groups):
    """The group of every answer; missing where the answer is in none."""
    words = {code: name for name, codes in groups.items() for code in codes}
    return answers[column].map(words)


works = (answers["parent1_work"] == 1) | (answers["parent2_work"] == 1)
idle = answers[["parent1_work", "parent2_work"]].isin([2, 3, 4, 5, 7]).all(axis=1)
data = {
    "school": answers["school"],
    "year": answers["round"].astype(int),
    "bright": recode("future_outlook", yes=[1, 2], no=[3, 4, 5]).map({"yes": 1, "no": 0}),
    "gender": recode("gender", girl=[1], boy=[2], other=[3]),
    "grade": recode("grade", grade7=["7"], grade9=["9"], upper2=["gy2"]),
    "work": works.map({True: "works", False: None}).where(~idle, "none works"),
    "economy": recode("family_cannot_afford", strained=[1, 2], sometimes=[3], good=[4, 5]),
    "place": answers["municipality"].map(MUNICIPALITY),
}

# %% [markdown]
# ## Everyone was asked: what is chance then?
#
# It is a total survey, so nothing is due to sampling. But a school's climate and a year's pupils
# could have been otherwise. Schools are taken as clusters of a larger world, without a finite
# population correction: *slumpvariation* (random variation), never *felmarginal* (sampling error).
# Vingåker has two schools, which alone say next to nothing of how schools differ: their interval
# would be 11 to 99 per cent. So municipalities share what their schools say of likeness.

# %%
table = pa.table({name: pa.array(column, from_pandas=True) for name, column in data.items()})
design = Design(table, psu="school")
print(f"{design.diagnose().psus} schools, {design.diagnose().df} degrees of freedom")
result = estimate(
    design,
    prop("bright"),
    by=[(), ("year",), ("gender",), ("economy",), ("work",), ("place",)],
    ci="korn-graubard",
)
shared = share_design_effects(result)
COLUMNS = ("year", "gender", "economy", "work", "place", "estimate", "ci_low", "ci_high", "n")
show(shared.rows(), COLUMNS)
print(f"no answer to the question: {result.dropped.variables['bright']} pupils")

# %% [markdown]
# ## Has it changed?
#
# The rounds have many schools in common, so their estimates are not independent; the covariance
# comes from the design.

# %%
change = trends(result, "year")
SUBJECT = "Andelen med ljus syn på framtiden"
print(change.trends[0].sentence("sv", SUBJECT))
print(compare_rounds(result, "year", 2020, 2023).sentence("sv", SUBJECT))

# %% [markdown]
# ## How large is the inequality?
#
# Family economy has an order, so the slope index uses all three groups and their sizes: the
# difference between the two ends of the scale.

# %%
gap = inequality(
    result,
    "economy",
    order=["strained", "sometimes", "good"],
    measures=["D", "R", "SII", "RII", "PAF"],
    direction="favourable",
)
show(gap.rows(), ("measure", "estimate", "se", "ci_low", "ci_high"))
ECONOMY = {
    "strained": "elever som ofta avstår för att pengarna inte räcker",
    "sometimes": "elever som avstår ibland",
    "good": "elever som sällan eller aldrig avstår",
}
for measure in ("D", "SII"):
    print(gap.sentence(measure, "sv", indicator="ljus syn på framtiden", groups=ECONOMY))

# %% [markdown]
# ## Who, where, and which factors act together?
#
# One call puts the methods together: shares as they are and adjusted for all other factors, places,
# additive interaction of pairs, and MAIHDA over the combinations. No group of fewer than ten pupils
# is named, and nothing is said of causes.

# %%
WORDS = {
    "outcome": "ljus syn på framtiden",
    "gender": "kön",
    "gender=girl": "tjejer",
    "gender=boy": "killar",
    "gender=other": "elever med annan könsidentitet",
    "grade": "årskurs",
    "grade=grade7": "årskurs 7",
    "grade=grade9": "årskurs 9",
    "grade=upper2": "gymnasiets år 2",
    "work": "vårdnadshavares arbete",
    "work=works": "elever där minst en vårdnadshavare arbetar",
    "work=none works": "elever där ingen vårdnadshavare arbetar",
    "economy": "familjens ekonomi",
    "place": "kommun",
} | {f"economy={level}": words for level, words in ECONOMY.items()}
answer = explain_outcome(
    design,
    "bright",
    ["economy", "work", "gender", "grade"],
    place="place",
    adjust=["year"],
    direction="favourable",
)
for line in answer.sentences("sv", WORDS):
    print(f"- {line}")

# %% [markdown]
# ## The same as tables
#
# Every sentence rests on rows that can be shown, drawn and held against the sentences.

# %%
FACTORS = ("rank", "factor", "worst", "best", "crude_gap", "adjusted_gap", "adjusted_low")
show(answer.rows(), (*FACTORS, "adjusted_high", "sure"))
PLACES = ("level", "n", "crude", "adjusted", "adjusted_difference", "adjusted_difference_p")
show(answer.places(), PLACES)
PAIRS = ("first_level", "second_level", "n_both", "reri", "reri_low", "reri_high", "sure")
show(answer.interactions(), PAIRS)

# %% [markdown]
# ## What may be shown
#
# Few pupils have another gender identity, and in small municipalities they could be recognised.
# Everything that will be shown is asked for at once and protected together: groups of fewer than
# ten, shares that rest on fewer than five, and what would give those away. Those who did not answer
# are a group of their own, since they are in the totals too. Then an attacker with linear programs
# tries every hidden count.

# %%
everybody = answers["gender"].map({1: "girl", 2: "boy", 3: "other"}).fillna("no answer")
place = table.column_names.index("gender")
whole = Design(table.set_column(place, "gender", pa.array(everybody)), psu="school")
shown = estimate(whole, prop("bright"), by=[("place", "gender"), ("place",), ("gender",), ()])
safe = protect_estimates(share_design_effects(shown))
few = [row for row in safe.rows() if row["status"] != "shown"]
show(few, ("place", "gender", "status", "bound", "n", "estimate"))
attack = safe.audit()["bright"]
print(f"{attack.audited} hidden counts attacked, {len(attack.unsafe())} narrowed too far")

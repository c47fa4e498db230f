# Golden numbers from R's package survey. Two uses:
#   Rscript survey.R numbers FILE.json     the numbers, with R's and the package's version
#   Rscript survey.R data DIRECTORY        the package's example data as CSV
# Every line of the numbers has a case, a group and what R says about it.
suppressPackageStartupMessages(library(survey))
data(api); data(nhanes); data(mu284); data(fpc); data(yrbs)
args <- commandArgs(trailingOnly = TRUE)
options(survey.lonely.psu = "fail")

if (args[1] == "data") {
  for (name in c("apisrs", "apistrat", "apiclus1", "apiclus2", "mu284", "nhanes", "fpc", "yrbs"))
    write.csv(get(name), file.path(args[2], paste0(name, ".csv")), row.names = FALSE, na = "")
  quit()
}

lines <- character()
number <- function(x) if (length(x) == 0 || !is.finite(x)) "null" else sprintf("%.17g", x)
emit <- function(case, group = list(), ...) {
  text <- function(v) if (is.numeric(v)) number(v) else paste0('"', v, '"')
  pairs <- function(l) paste(sprintf('"%s": %s', names(l), vapply(l, text, "")), collapse = ", ")
  lines <<- c(lines, sprintf('{"case": "%s", "group": {%s}, "says": {%s}}',
                             case, pairs(group), pairs(list(...))))
}
one <- function(case, svy, group = list(), ...)
  emit(case, group, estimate = as.numeric(coef(svy)), se = as.numeric(SE(svy)), ...)
grouped <- function(case, formula, by, design, fun, ...) {
  names <- all.vars(by)
  found <- svyby(formula, by, design, fun, na.rm = TRUE, deff = "replace", keep.names = FALSE, ...)
  est <- coef(found); se <- SE(found); de <- found[[grep("^DEff", names(found))]]
  for (i in seq_len(nrow(found)))
    emit(case, lapply(found[i, names, drop = FALSE], function(v) if (is.factor(v)) as.character(v) else v),
         estimate = as.numeric(est[i]), se = as.numeric(unlist(se)[i]), deff = as.numeric(unlist(de)[i]))
}

# nhanes: clusters in strata, item nonresponse
nh <- svydesign(id = ~SDMVPSU, strata = ~SDMVSTRA, weights = ~WTMEC2YR, nest = TRUE, data = nhanes)
m <- svymean(~HI_CHOL, nh, na.rm = TRUE, deff = "replace")
one("nhanes/prop", m, deff = as.numeric(deff(m)), df = degf(nh))
grouped("nhanes/prop", ~HI_CHOL, ~race, nh, svymean)
grouped("nhanes/prop", ~HI_CHOL, ~agecat, nh, svymean)
grouped("nhanes/prop", ~HI_CHOL, ~race + agecat, nh, svymean)
grouped("nhanes/prop", ~HI_CHOL, ~RIAGENDR + race, nh, svymean)
grouped("nhanes/total", ~HI_CHOL, ~race, nh, svytotal)
alone <- svydesign(id = ~1, weights = ~WTMEC2YR, data = nhanes)
for (r in 1:4)
  one("nhanes/independent", svymean(~HI_CHOL, subset(alone, race == r), na.rm = TRUE), list(race = r))
known <- subset(nh, !is.na(HI_CHOL))
for (r in 1:4) for (a in levels(nhanes$agecat)) {
  d <- subset(known, race == r & agecat == a)
  for (method in c("mean", "logit", "beta")) {
    ci <- confint(svyciprop(~HI_CHOL, d, method = method, df = degf(nh)))
    # beta takes its df from the subset, whatever it is told: the domain's
    emit(paste0("nhanes/ci/", method), list(race = r, agecat = a), ci_low = ci[1], ci_high = ci[2], df = degf(d))
  }
}
for (lev in levels(nhanes$agecat))
  one("nhanes/levels", svymean(as.formula(sprintf("~as.numeric(agecat == '%s')", lev)), subset(nh, race == 3)),
      list(race = 3, level = lev))
both <- svyby(~HI_CHOL, ~race, known, svymean, covmat = TRUE)
for (i in 1:4) for (j in 1:4)
  emit("nhanes/cov", list(i = i, j = j), cov = vcov(both)[i, j])
gap <- svycontrast(both, c(1, -1, 0, 0)); one("nhanes/gap", gap)
quot <- svycontrast(both, quote(`1` / `2`)); one("nhanes/quotient", quot)
for (r in 1:4) {
  d <- update(known, other = factor(race == r))
  rest <- svyby(~HI_CHOL, ~other, d, svymean, covmat = TRUE)
  one("nhanes/rest", svycontrast(rest, c(-1, 1)), list(race = r))
}

# api: elements in strata, with fpc
st <- svydesign(id = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = apistrat)
st0 <- svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat)
for (k in c("fpc", "wr")) {
  d <- if (k == "fpc") st else st0
  m <- svymean(~api00, d, deff = "replace"); one(paste0("strat/", k, "/mean"), m, deff = as.numeric(deff(m)), df = degf(d))
  m <- svytotal(~enroll, d, deff = "replace"); one(paste0("strat/", k, "/total"), m, deff = as.numeric(deff(m)))
  m <- svyratio(~api.stu, ~enroll, d, deff = "replace"); one(paste0("strat/", k, "/ratio"), m, deff = as.numeric(deff(m)))
  grouped(paste0("strat/", k, "/mean"), ~api00, ~stype + sch.wide, d, svymean)
  grouped(paste0("strat/", k, "/mean"), ~api00, ~sch.wide, d, svymean)
  grouped(paste0("strat/", k, "/total"), ~enroll, ~sch.wide, d, svytotal)
}
q <- svyby(~api00, ~sch.wide, st, svymean, covmat = TRUE); one("strat/gap", svycontrast(q, c(1, -1)))

# api: one-stage clusters with fpc
c1 <- svydesign(id = ~dnum, weights = ~pw, fpc = ~fpc, data = apiclus1)
m <- svymean(~api00, c1, deff = "replace"); one("clus1/mean", m, deff = as.numeric(deff(m)), df = degf(c1))
m <- svytotal(~enroll, c1, deff = "replace"); one("clus1/total", m, deff = as.numeric(deff(m)))
m <- svyratio(~api.stu, ~enroll, c1, deff = "replace"); one("clus1/ratio", m, deff = as.numeric(deff(m)))
grouped("clus1/mean", ~api00, ~stype, c1, svymean)
for (s in c("E", "H", "M")) emit("clus1/df", list(stype = s), df = degf(subset(c1, stype == s)))

# api: two stages with fpc, and item nonresponse in enroll
c2 <- svydesign(id = ~dnum + snum, weights = ~pw, fpc = ~fpc1 + fpc2, data = apiclus2)
one("clus2/mean", svymean(~api00, c2), df = degf(c2))
one("clus2/total", svytotal(~enroll, c2, na.rm = TRUE))
grouped("clus2/mean", ~api00, ~stype, c2, svymean)
grouped("clus2/mean", ~enroll, ~sch.wide, c2, svymean)
one("mu284/total", svytotal(~y1, svydesign(id = ~id1 + id2, fpc = ~n1 + n2, data = mu284)))

# the fpc example of Stata's manual
f1 <- svydesign(id = ~psuid, strata = ~stratid, weights = ~weight, fpc = ~Nh, nest = TRUE, data = fpc)
f0 <- svydesign(id = ~psuid, strata = ~stratid, weights = ~weight, nest = TRUE, data = fpc)
one("fpc/with", svymean(~x, f1)); one("fpc/without", svymean(~x, f0))

# lonely PSUs: every school its own unit in its district as stratum. Totals under "adjust" are
# wrong in survey 4.1-1 and are not written; see survey_4_5.json.
for (rule in c("certainty", "adjust", "average")) {
  options(survey.lonely.psu = rule)
  d <- svydesign(id = ~1, strata = ~dnum, weights = ~pw, data = apiclus1)
  one(paste0("lonely/", rule, "/mean"), svymean(~api00, d))
  if (rule != "adjust") one(paste0("lonely/", rule, "/total"), svytotal(~enroll, d))
}
options(survey.lonely.psu = "fail")

version <- sprintf('"R": "%s", "survey": "%s"', getRversion(), packageDescription("survey")$Version)
writeLines(c(sprintf('{"program": "survey.R", %s, "lines": [', version),
             paste0(lines, c(rep(",", length(lines) - 1), "")), "]}"), args[2])

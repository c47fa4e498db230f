# Golden numbers for calibrated weights from R's package survey:
#   Rscript calibration.R FILE.json
# Every line has a case, a group and what R says. Targets that a test needs are lines too. The data:
# nhanes (carried beside), the twelve cell counts of Kalton & Flores-Cervantes (2003), api (by R).
suppressPackageStartupMessages(library(survey))
data(api); data(nhanes)
file <- commandArgs(trailingOnly = TRUE)[1]
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
grouped <- function(case, found, by) for (i in seq_len(nrow(found)))
  emit(case, lapply(found[i, by, drop = FALSE], as.character),
       estimate = as.numeric(coef(found)[i]), se = as.numeric(SE(found)[i]))
# svyby(covmat = TRUE) fails on subsets of calibrated designs: means as ratios of four totals
contrast <- function(case, first, second, y, design) {
  d <- update(design, n1 = first * y, d1 = as.numeric(first), n2 = second * y, d2 = as.numeric(second))
  four <- svytotal(~n1 + d1 + n2 + d2, d)
  both <- svycontrast(four, list(a = quote(n1 / d1), b = quote(n2 / d2)))
  one(case, svycontrast(both, c(1, -1))); emit(paste0(case, "/cov"), cov = vcov(both)[1, 2])
}
NEAR <- 1e-13

# Kalton & Flores-Cervantes: factors by cell, and standard errors of a made-up variable
ab <- expand.grid(a = factor(1:4), b = factor(1:3))
ks <- ab[rep(1:12, c(20, 50, 100, 30, 40, 140, 50, 100, 40, 310, 50, 70)), ]
kp <- ab[rep(1:12, c(80, 60, 170, 55, 40, 150, 60, 165, 55, 340, 200, 125)), ]
ks$y <- (seq_len(nrow(ks)) * 7) %% 11 + as.numeric(ks$a); ks$an <- as.numeric(ks$a); ks$bn <- as.numeric(ks$b)
ks$one <- 1
kd <- svydesign(id = ~1, data = ks, weights = ~one)
both <- colSums(model.matrix(~a * b, kp)); margins <- colSums(model.matrix(~a + b, kp))
greg <- colSums(model.matrix(~as.numeric(a) + as.numeric(b), kp)); names(greg) <- c("(Intercept)", "an", "bn")
kalton <- list(
  poststratify = postStratify(kd, ~a + b, xtabs(~a + b, kp)),
  crossed = calibrate(kd, ~a * b, both),
  linear = calibrate(kd, ~a + b, margins),
  raking = calibrate(kd, ~a + b, margins, calfun = "raking", epsilon = NEAR),
  greg = calibrate(kd, ~an + bn, greg),
  logit = calibrate(kd, ~a + b, margins, bounds = c(0.5, 2.2), calfun = "logit", epsilon = NEAR),
  truncated = calibrate(kd, ~a + b, margins, bounds = c(0.5, 2.2), epsilon = NEAR))
for (k in names(kalton)) {
  d <- kalton[[k]]
  g <- tapply(weights(d), list(ks$a, ks$b), mean)
  for (i in 1:4) for (j in 1:3) emit(paste0("kalton/", k, "/factor"), list(a = i, b = j), factor = g[i, j])
  one(paste0("kalton/", k, "/mean"), svymean(~y, d)); one(paste0("kalton/", k, "/total"), svytotal(~y, d))
  grouped(paste0("kalton/", k, "/by"), svyby(~y, ~a, d, svymean), "a")
}

# nhanes: clusters in strata; the sample's own margins, moved, as targets
nh <- svydesign(id = ~SDMVPSU, strata = ~SDMVSTRA, weights = ~WTMEC2YR, nest = TRUE, data = nhanes)
nh <- update(nh, race = factor(race), sex = factor(RIAGENDR), cell = interaction(race, RIAGENDR),
             high = ifelse(is.na(HI_CHOL), 0, HI_CHOL))
race <- round(svytable(~race, nh) * c(0.9, 1.1, 1.02, 1.3)); sex <- round(svytable(~sex, nh) * c(1.02, 1))
age <- round(svytable(~agecat, nh) * seq(0.8, 1.2, length.out = length(levels(nhanes$agecat))))
sex[2] <- sum(race) - sex[1]; age[length(age)] <- sum(race) - sum(age[-length(age)])
for (n in names(race)) emit("nhanes/target/race", list(race = n), total = race[[n]])
for (n in names(sex)) emit("nhanes/target/sex", list(sex = n), total = sex[[n]])
for (n in names(age)) emit("nhanes/target/age", list(agecat = n), total = age[[n]])
pop <- list(race, sex, age); form <- list(~race, ~sex, ~agecat)
cell <- round(svytable(~race + sex, nh) * c(0.8, 1.1, 1.3, 0.9, 1, 1.2, 0.85, 1.4))
for (r in rownames(cell)) for (s in colnames(cell))
  emit("nhanes/target/cell", list(race = r, sex = s), total = cell[r, s])
designs <- list(
  linear = calibrate(nh, form, pop),
  raking = calibrate(nh, form, pop, calfun = "raking", epsilon = NEAR),
  logit = calibrate(nh, form, pop, calfun = "logit", bounds = c(0.5, 1.8), epsilon = NEAR),
  truncated = calibrate(nh, form, pop, bounds = c(0.65, 1.75), epsilon = NEAR),
  poststratify = postStratify(nh, ~race + sex, cell))
for (k in names(designs)) {
  d <- designs[[k]]; case <- function(x) paste0("nhanes/", k, "/", x)
  emit(case("range"), low = min(weights(d) / weights(nh)), high = max(weights(d) / weights(nh)))
  one(case("mean"), svymean(~HI_CHOL, d, na.rm = TRUE)); one(case("total"), svytotal(~HI_CHOL, d, na.rm = TRUE))
  known <- subset(d, !is.na(HI_CHOL))
  grouped(case("by"), svyby(~high, ~race + agecat, known, svymean), c("race", "agecat"))
  said <- !is.na(nhanes$HI_CHOL); high <- ifelse(said, nhanes$HI_CHOL, 0); level <- levels(nhanes$agecat)
  contrast(case("gap"), said & nhanes$agecat == level[1], said & nhanes$agecat == level[2], high, d)
  contrast(case("rest"), said & nhanes$agecat == level[2], said & nhanes$agecat != level[2], high, d)
}

# api: elements in strata, clusters, and two stages, all with fpc; a category and a number
st <- svydesign(id = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = apistrat)
c1 <- svydesign(id = ~dnum, weights = ~pw, fpc = ~fpc, data = apiclus1)
c2 <- svydesign(id = ~dnum + snum, weights = ~pw, fpc = ~fpc1 + fpc2, data = apiclus2)
known <- colSums(model.matrix(~stype + api99, apipop))
for (n in levels(apipop$stype)) emit("api/target/stype", list(stype = n), total = sum(apipop$stype == n))
emit("api/target/api99", total = sum(apipop$api99))
wide <- xtabs(~sch.wide, apipop)
for (n in names(wide)) emit("api/target/sch.wide", list(sch.wide = n), total = wide[[n]])
samples <- list(strat = st, clus1 = c1, clus2 = c2)
for (s in names(samples)) {
  d0 <- samples[[s]]
  found <- list(
    linear = calibrate(d0, ~stype + api99, known),
    raking = calibrate(d0, ~stype + api99, known, calfun = "raking", epsilon = NEAR),
    logit = calibrate(d0, ~stype + api99, known, calfun = "logit", bounds = c(0.4, 2.5), epsilon = NEAR),
    truncated = calibrate(d0, ~stype + api99, known, bounds = c(0.5, 2), epsilon = NEAR),
    poststratify = postStratify(d0, ~sch.wide, as.data.frame(wide)))
  if (s == "clus1") found$trimmed <- trimWeights(found$linear, upper = 60)
  if (s == "clus1") found$twice <- calibrate(found$poststratify, ~stype + api99, known)
  for (k in names(found)) {
    d <- found[[k]]; case <- function(x) paste("api", s, k, x, sep = "/")
    one(case("mean"), svymean(~api00, d), df = degf(d)); one(case("total"), svytotal(~api.stu, d))
    one(case("ratio"), svyratio(~api.stu, ~meals, d))
    grouped(case("by"), svyby(~api00, ~sch.wide, d, svymean), "sch.wide")
    no <- d$variables$sch.wide == "No"; contrast(case("gap"), no, !no, d$variables$api00, d)
    one(case("known"), svytotal(~api99, d))
  }
}

version <- sprintf('"R": "%s", "survey": "%s", "date": "2026-11-25"', getRversion(), packageDescription("survey")$Version)
writeLines(c(sprintf('{"program": "calibration.R", %s, "lines": [', version),
             paste0(lines, c(rep(",", length(lines) - 1), "")), "]}"), file)

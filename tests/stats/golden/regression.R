# Golden numbers of regressions from R's package survey: Rscript regression.R FILE.json
# R's IRLS stops when the deviance does, which is before the coefficients do, and its standard errors
# are those of the step before: `exactly` starts it again from its own answer until nothing moves.
suppressPackageStartupMessages(library(survey))
data(api); data(nhanes)
args <- commandArgs(trailingOnly = TRUE)
options(survey.lonely.psu = "fail")
exact <- glm.control(epsilon = 1e-15, maxit = 100)

exactly <- function(formula, design, family) {
  fit <- svyglm(formula, design, family = family, control = exact)
  for (again in 1:3) {
    start <- coef(fit)
    fit <- eval(bquote(svyglm(.(formula), design, family = family, control = exact, start = .(start))))
  }
  fit
}
lines <- character()
number <- function(x) if (length(x) == 0 || !is.finite(x)) "null" else sprintf("%.17g", x)
array <- function(x) paste0("[", paste(vapply(x, number, ""), collapse = ", "), "]")
emit <- function(case, ...) {
  says <- list(...)
  pairs <- paste(sprintf('"%s": %s', names(says), vapply(says, array, "")), collapse = ", ")
  lines <<- c(lines, sprintf('{"case": "%s", %s}', case, pairs))
}
test <- function(case, fit, term) {
  t <- regTermTest(fit, term)
  emit(paste0(case, "/test/", gsub(" ", "", deparse(term[[2]]))), F = t$Ftest, df = t$df, ddf = t$ddf, p = t$p)
}
model <- function(case, fit) {
  emit(case, coef = coef(fit), se = SE(fit), df = fit$df.residual, cov = as.vector(vcov(fit)))
  invisible(fit)
}
# Marginal predictions: R's svypredmeans adds the variances of two parts; the covariance between
# them is worked out here from the influence functions of both.
marginal <- function(case, fit, factor, levels) {
  d <- fit$survey.design
  data <- model.frame(d)
  w <- weights(d, "sampling")
  X <- model.matrix(fit)
  naive <- summary.glm(fit)$cov.unscaled
  beta <- (X * resid(fit, "working") * fit$weights) %*% naive
  eta <- lapply(levels, function(l) { moved <- data; moved[[factor]][] <- l; moved })
  inf <- sapply(eta, function(moved) {
    link <- as.numeric(predict(fit, newdata = moved, type = "link", se.fit = FALSE))
    mm <- model.matrix(delete.response(terms(fit)), moved, xlev = fit$xlevels)
    mu <- fit$family$linkinv(link)
    slope <- colSums(w * fit$family$mu.eta(link) * mm) / sum(w)
    list(mean = sum(w * mu) / sum(w), z = w * (mu - sum(w * mu) / sum(w)) / sum(w) + beta %*% slope)
  })
  z <- do.call(cbind, inf["z", ])
  V <- svyrecvar(z, d$cluster, d$strata, d$fpc, postStrata = d$postStrata)
  emit(case, mean = unlist(inf["mean", ]), cov = as.vector(V))
}

# nhanes
nhanes$sex <- ifelse(nhanes$RIAGENDR == 1, "man", "woman")
nh <- svydesign(id = ~SDMVPSU, strata = ~SDMVSTRA, weights = ~WTMEC2YR, nest = TRUE, data = nhanes)
known <- subset(nh, !is.na(HI_CHOL))
f <- HI_CHOL ~ factor(race) + agecat + sex
for (name in c("gaussian", "quasibinomial", "quasipoisson")) {
  fit <- model(paste0("nhanes/", name), exactly(f, known, get(name)()))
  for (t in c("factor(race)", "agecat", "sex")) test(paste0("nhanes/", name), fit, as.formula(paste("~", t)))
}
b <- model("nhanes/interaction", exactly(HI_CHOL ~ factor(race) * sex, known, quasibinomial()))
test("nhanes/interaction", b, ~factor(race):sex)
b <- model("nhanes/women", exactly(HI_CHOL ~ factor(race) + agecat, subset(known, sex == "woman"), quasibinomial()))
old <- subset(known, agecat == "(59,Inf]")
model("nhanes/old", exactly(HI_CHOL ~ factor(race) + sex, old, quasibinomial()))
s <- summary(exactly(f, known, quasibinomial()))$coefficients
emit("nhanes/quasibinomial/p", p = s[, 4])
for (name in c("gaussian", "quasibinomial", "quasipoisson")) {
  fit <- exactly(HI_CHOL ~ race4 + agecat + sex, update(known, race4 = factor(race)), get(name)())
  marginal(paste0("nhanes/", name, "/marginal/race"), fit, "race4", c("1", "2", "3", "4"))
  marginal(paste0("nhanes/", name, "/marginal/sex"), fit, "sex", c("man", "woman"))
}
fit <- svyglm(HI_CHOL ~ agecat + sex, known, family = quasibinomial(), control = exact)
pm <- svypredmeans(fit, ~factor(race))
emit("nhanes/svypredmeans", level = as.numeric(names(coef(pm))), mean = as.numeric(coef(pm)), cov = as.vector(vcov(pm)))

# log-binomial: R's standard errors are with the expected information; with the observed one by hand
start <- c(log(0.1), 0, 0, 0, 0)
for (again in 1:4) {
  fit <- svyglm(HI_CHOL ~ factor(race) + sex, known, family = quasibinomial(link = "log"), start = start, control = exact)
  start <- coef(fit)
}
X <- model.matrix(fit); mu <- fitted(fit); y <- fit$y; w <- weights(known, "sampling")
score <- X * (y - mu) / (1 - mu) * w
A <- crossprod(X * w * mu * (1 - y) / (1 - mu)^2, X)
V <- svyrecvar(score %*% solve(A), known$cluster, known$strata, known$fpc)
emit("nhanes/log-binomial", coef = coef(fit), expected = SE(fit), se = sqrt(diag(V)))

# api: numeric terms; strata with fpc, clusters, two stages with item nonresponse
st <- svydesign(id = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = apistrat)
c1 <- svydesign(id = ~dnum, weights = ~pw, fpc = ~fpc, data = apiclus1)
c2 <- svydesign(id = ~dnum + snum, weights = ~pw, fpc = ~fpc1 + fpc2, data = apiclus2)
fit <- model("strat/gaussian", svyglm(api00 ~ ell + meals + mobility, st))
test("strat/gaussian", fit, ~ell)
emit("strat/gaussian/ci", ci = as.vector(t(confint(fit))))
pr <- predict(fit, newdata = data.frame(ell = c(10, 50), meals = c(20, 80), mobility = c(5, 15)), vcov = TRUE)
emit("strat/gaussian/predict", mean = as.numeric(coef(pr)), cov = as.vector(vcov(pr)))
model("clus1/gaussian", svyglm(api00 ~ ell * stype + meals, c1))
for (name in c("quasibinomial", "quasipoisson")) {
  fit <- model(paste0("clus2/", name), exactly(as.numeric(sch.wide == "Yes") ~ ell + meals + stype, c2,
                                               get(name)()))
  test(paste0("clus2/", name), fit, ~stype)
}
model("clus2/missing", svyglm(api00 ~ enroll + stype, c2))

version <- sprintf('"R": "%s", "survey": "%s", "date": "%s"', getRversion(),
                   packageDescription("survey")$Version, Sys.Date())
writeLines(c(sprintf('{"program": "regression.R", %s, "lines": [', version),
             paste0(lines, c(rep(",", length(lines) - 1), "")), "]}"), args[1])

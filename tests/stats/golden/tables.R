# Golden tests of tables from R's survey: svychisq, and a test of fit written out from vcov.
#   Rscript tables.R FILE.json
suppressPackageStartupMessages(library(survey))
args <- commandArgs(trailingOnly = TRUE)
data(api); data(nhanes)
number <- function(x) if (is.finite(x)) sprintf("%.17g", x) else "null"
lines <- character()
emit <- function(case, ...) {
  values <- list(...)
  lines <<- c(lines, sprintf('    "%s": {%s}', case,
    paste(sprintf('"%s": %s', names(values), vapply(values, function(x) number(as.numeric(x)), "")), collapse = ", ")))
}
tests <- function(case, formula, d, wald = TRUE) {
  f <- svychisq(formula, d, statistic = "F")
  emit(paste0(case, "/second-order"), statistic = f$statistic, ndf = f$parameter[1], ddf = f$parameter[2], p = f$p.value)
  c1 <- svychisq(formula, d, statistic = "Chisq")  # the statistic is printed before it is corrected
  emit(paste0(case, "/first-order"), pearson = c1$statistic, ndf = c1$parameter, p = c1$p.value)
  if (wald) for (kind in c("Wald", "adjWald")) {
    w <- svychisq(formula, d, statistic = kind)
    emit(paste0(case, c(Wald = "/wald", adjWald = "/adjusted-wald")[kind]),
         statistic = w$statistic, ndf = w$parameter[1], ddf = w$parameter[2], p = w$p.value)
  }
}
nh <- svydesign(id = ~SDMVPSU, strata = ~SDMVSTRA, weights = ~WTMEC2YR, nest = TRUE, data = nhanes)
known <- subset(nh, !is.na(HI_CHOL))
tests("nhanes/race-agecat", ~race + agecat, nh)
tests("nhanes/race-cholesterol", ~race + HI_CHOL, known)
tests("nhanes/men", ~race + HI_CHOL, subset(known, RIAGENDR == 1))
tests("nhanes/empty", ~race + agecat, subset(nh, !(race == 4 & agecat == "(59,Inf]")), wald = FALSE)
jkn <- as.svrepdesign(nh, type = "JKn")
tests("nhanes-jkn/race-cholesterol", ~race + HI_CHOL, subset(jkn, !is.na(HI_CHOL)))
tests("apiclus1", ~stype + sch.wide, svydesign(id = ~dnum, weights = ~pw, fpc = ~fpc, data = apiclus1))
tests("apistrat", ~comp.imp + sch.wide, svydesign(id = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = apistrat))

# Fit: Pearson's statistic with weighted shares, and lambda from the definition
fit <- function(case, formula, d, p0) {
  m <- svymean(formula, d); p <- coef(m); n <- nrow(d); nu <- degf(d)
  x2 <- n * sum((p - p0)^2 / p0)
  lambda <- eigen(n * vcov(m) / outer(sqrt(p0), sqrt(p0)), symmetric = TRUE)$values
  ndf <- sum(lambda)^2 / sum(lambda^2)
  emit(case, pearson = x2, statistic = x2 / sum(lambda), ndf = ndf, ddf = ndf * nu,
       p = pf(x2 / sum(lambda), ndf, ndf * nu, lower.tail = FALSE))
}
fit("fit/agecat", ~agecat, nh, c(0.28, 0.26, 0.26, 0.2))
fit("fit/stype", ~stype, svydesign(id = ~dnum, weights = ~pw, fpc = ~fpc, data = apiclus1), c(0.7, 0.1, 0.2))
writeLines(c("{", sprintf('  "program": "R %s.%s, survey %s",', R.version$major, R.version$minor, packageVersion("survey")),
  '  "script": "tables.R",', sprintf('  "date": "%s",', Sys.Date()),
  '  "says": {', paste(lines, collapse = ",\n"), '  }', "}"), args[1])

# Golden quantiles from R's survey: svyquantile with Woodruff's intervals, and of replicates.
#   Rscript quantiles.R FILE.json
# Data made here (whole numbers, so that there are ties), and apisrs of the package.
suppressPackageStartupMessages(library(survey))
args <- commandArgs(trailingOnly = TRUE)
number <- function(x) ifelse(is.finite(x), sprintf("%.17g", x), "null")
vector <- function(x) paste0("[", paste(number(as.numeric(x)), collapse = ", "), "]")
lines <- character()
emit <- function(case, found)  # a line per probability: quantile, low, high, se
  lines <<- c(lines, sprintf('    "%s": [%s]', case, paste(apply(found, 1, vector), collapse = ", ")))

set.seed(8)
n <- 240
made <- data.frame(stratum = rep(1:6, each = 40), psu = rep(1:12, each = 20))
made$w <- round(runif(n, 1, 9), 2)
made$y <- round(rnorm(n, 30, 8) + rep(rnorm(12, 0, 4), each = 20))
made$g <- sample(c("a", "b"), n, TRUE)
made$y[sample(n, 12)] <- NA
p <- c(0.1, 0.25, 0.5, 0.75, 0.9)
d <- svydesign(id = ~psu, strata = ~stratum, weights = ~w, data = made)
types <- c(wald = "mean", logit = "xlogit", "korn-graubard" = "beta")
for (rule in c("math", "school")) for (ci in names(types)) {
  emit(paste("all", rule, ci, sep = "/"), svyquantile(~y, d, p, interval.type = types[[ci]], qrule = rule, na.rm = TRUE)[[1]])
  for (g in c("a", "b"))
    emit(paste(g, rule, ci, sep = "/"), svyquantile(~y, d[made$g == g & !is.na(made$y), ], p, interval.type = types[[ci]], qrule = rule, df = degf(d))[[1]])
}
set.seed(3)
boot <- as.svrepdesign(d, type = "subbootstrap", replicates = 12)
fay <- as.svrepdesign(d, type = "Fay", fay.rho = 0.4)
for (rule in c("math", "school")) {
  emit(paste("boot", rule, "wald", sep = "/"), svyquantile(~y, boot, p, interval.type = "mean", qrule = rule, na.rm = TRUE)[[1]])
  emit(paste("boot", rule, "replicates", sep = "/"), svyquantile(~y, boot, p, interval.type = "quantile", qrule = rule, na.rm = TRUE)[[1]])
  emit(paste("fay", rule, "replicates", sep = "/"), svyquantile(~y, fay, p, interval.type = "quantile", qrule = rule, na.rm = TRUE)[[1]])
}
data(api)
srs <- svydesign(id = ~1, weights = ~pw, fpc = ~fpc, data = apisrs)
strat <- svydesign(id = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = apistrat)
clus <- svydesign(id = ~dnum, weights = ~pw, fpc = ~fpc, data = apiclus1)
for (rule in c("math", "school")) {
  emit(paste("apisrs", rule, sep = "/"), svyquantile(~api00, srs, p, qrule = rule)[[1]])
  emit(paste("apistrat", rule, sep = "/"), svyquantile(~api00, strat, p, qrule = rule)[[1]])
  emit(paste("apiclus1", rule, sep = "/"), svyquantile(~api00, clus, p, qrule = rule)[[1]])
}

columns <- vapply(names(made), function(name) sprintf('    "%s": [%s]', name,
  paste(if (is.character(made[[name]])) paste0('"', made[[name]], '"') else number(made[[name]]), collapse = ", ")), "")
weights <- vapply(list(boot = boot, fay = fay), function(d) paste0("[", paste(apply(weights(d, "analysis"), 1, vector), collapse = ",\n      "), "]"), "")
writeLines(c("{", sprintf('  "program": "R %s.%s, survey %s",', R.version$major, R.version$minor, packageVersion("survey")),
  '  "script": "quantiles.R",', sprintf('  "date": "%s",', Sys.Date()), sprintf('  "probabilities": %s,', vector(p)),
  '  "data": {', paste(columns, collapse = ",\n"), '  },',
  '  "replicates": {', paste(sprintf('    "%s": %s', names(weights), weights), collapse = ",\n"), '  },',
  '  "says": {', paste(lines, collapse = ",\n"), '  }', "}"), args[1])

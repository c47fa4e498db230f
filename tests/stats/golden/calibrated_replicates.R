# Golden numbers for calibration done anew in every replicate, from R's survey.
#   Rscript calibrated_replicates.R FILE.json
# 8 strata with 2 PSUs of 3 elements, as in replicates.R; the data is carried in the JSON.
suppressPackageStartupMessages(library(survey))
args <- commandArgs(trailingOnly = TRUE)
number <- function(x) ifelse(is.finite(x), sprintf("%.17g", x), "null")
vector <- function(x) paste0("[", paste(number(as.numeric(x)), collapse = ", "), "]")
lines <- character(); carried <- character()

set.seed(41)
n <- 48
made <- data.frame(stratum = rep(1:8, each = 6), psu = rep(1:16, each = 3))
made$w <- round(runif(n, 5, 15), 2)
made$y <- round(rnorm(n, 50, 10) + rep(rnorm(16, 0, 5), each = 3), 3)
made$x <- round(made$y / 2 + runif(n, 1, 9), 3)
made$g <- rep(c("low", "mid", "high"), length.out = n)[order(runif(n))]
plain <- svydesign(id = ~psu, strata = ~stratum, weights = ~w, data = made)
known <- c(high = 170, low = 150, mid = 160)
linear <- c("(Intercept)" = 480, glow = 150, gmid = 160, x = 480 * 29)
statistics <- function(case, d) {
  m <- svymean(~y, d); t <- svytotal(~y, d); r <- svyratio(~y, ~x, d); b <- svyby(~y, ~g, d, svymean)
  values <- list(mean = c(coef(m), SE(m)), total = c(coef(t), SE(t)), ratio = c(coef(r), unlist(SE(r))),
                 by_estimate = coef(b), by_se = SE(b))
  lines <<- c(lines, sprintf('    "%s": {%s}', case,
    paste(sprintf('"%s": %s', names(values), vapply(values, vector, "")), collapse = ", ")))
}
for (kind in c("JKn", "BRR", "Fay")) {
  d <- if (kind == "Fay") as.svrepdesign(plain, type = "Fay", fay.rho = 0.3) else as.svrepdesign(plain, type = kind)
  key <- tolower(kind)
  # half samples are chosen in other ways elsewhere, so R's own are carried
  if (kind != "JKn") carried <- c(carried, sprintf('    "%s": [%s]', key,
    paste(apply(weights(d, "analysis"), 1, vector), collapse = ",\n      ")))
  statistics(paste0(key, "/poststratify"), postStratify(d, ~g, data.frame(g = names(known), Freq = known)))
  # half samples get negative weights by linear calibration here, which R lets pass
  if (kind == "JKn") statistics(paste0(key, "/linear"), calibrate(d, ~g + x, linear))
  statistics(paste0(key, "/raking"), calibrate(d, ~g + x, linear, calfun = "raking", epsilon = 1e-13))
}
columns <- vapply(names(made), function(name) sprintf('    "%s": [%s]', name,
  paste(if (is.character(made[[name]])) paste0('"', made[[name]], '"') else number(made[[name]]), collapse = ", ")), "")
writeLines(c("{", sprintf('  "program": "R %s.%s, survey %s",', R.version$major, R.version$minor, packageVersion("survey")),
  '  "script": "calibrated_replicates.R",', sprintf('  "date": "%s",', Sys.Date()),
  '  "data": {', paste(columns, collapse = ",\n"), '  },',
  '  "replicates": {', paste(carried, collapse = ",\n"), '  },',
  '  "says": {', paste(lines, collapse = ",\n"), '  }', "}"), args[1])

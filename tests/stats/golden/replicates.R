# Golden numbers for replicate weights, contrasts and few degrees of freedom, from R's survey.
#   Rscript replicates.R FILE.json
# The data is made here: 8 strata with 2 PSUs of 3 elements, so that every kind of replicate can
# be made. The replicate weights are R's own and are carried, so that the same weights are used.
suppressPackageStartupMessages(library(survey))
args <- commandArgs(trailingOnly = TRUE)
options(survey.lonely.psu = "fail")
number <- function(x) ifelse(is.finite(x), sprintf("%.17g", x), "null")
vector <- function(x) paste0("[", paste(number(as.numeric(x)), collapse = ", "), "]")
lines <- character(); weights <- character()
emit <- function(case, ...) {
  values <- list(...)
  lines <<- c(lines, sprintf('    "%s": {%s}', case,
    paste(sprintf('"%s": %s', names(values), vapply(values, vector, "")), collapse = ", ")))
}

set.seed(2026)
n <- 48
made <- data.frame(stratum = rep(1:8, each = 6), psu = rep(1:16, each = 3))
made$w <- round(runif(n, 5, 15), 2)
made$y <- round(rnorm(n, 50, 10) + rep(rnorm(16, 0, 5), each = 3), 3)
made$x <- round(made$y / 2 + runif(n, 1, 9), 3)
made$g <- rep(c("low", "mid", "high"), length.out = n)[order(runif(n))]
made$bit <- as.numeric(runif(n) < 0.4)
made$N <- rep(c(4, 5, 6, 8, 10, 10, 20, 40), each = 6)
plain <- svydesign(id = ~psu, strata = ~stratum, weights = ~w, data = made)
finite <- svydesign(id = ~psu, strata = ~stratum, weights = ~w, fpc = ~N, data = made)
one <- svydesign(id = ~psu, weights = ~w, data = made)

# svycontrast fails on svyby with replicates in 4.1-1, so every replicate is worked out here
functions <- function(b, what, d) {
  if (!inherits(d, "svyrep.design")) { found <- svycontrast(b, what); return(c(coef(found), SE(found))) }
  reps <- attr(svyby(~y, ~g, d, svymean, return.replicates = TRUE), "replicates")
  whole <- eval(what, as.list(coef(b)))
  each <- apply(reps, 1, function(v) eval(what, as.list(setNames(v, names(coef(b))))))
  c(whole, sqrt(svrVar(each, d$scale, d$rscales, mse = d$mse, coef = whole)))
}
statistics <- function(case, d) {
  m <- svymean(~y, d); t <- svytotal(~y, d); r <- svyratio(~y, ~x, d)
  b <- svyby(~y, ~g, d, svymean, covmat = TRUE); by_bit <- svyby(~y, ~bit, d, svymean)
  gap <- svycontrast(b, list(gap = c(low = 1, high = -1, mid = 0), mid = c(mid = 1, low = -0.5, high = -0.5)))
  quotient <- functions(b, quote(low / high), d); share <- functions(b, quote(log(low / (mid + high))), d)
  emit(case, mean = c(coef(m), SE(m)), total = c(coef(t), SE(t)), ratio = c(coef(r), unlist(SE(r))),
       df = degf(d), by_estimate = coef(b), by_se = SE(b), by_cov = vcov(b),
       by_bit_se = SE(by_bit), gap = c(coef(gap)[1], SE(gap)[1]), mid = c(coef(gap)[2], SE(gap)[2]),
       quotient = quotient, share = share)
}
carry <- function(name, d) weights <<- c(weights, sprintf('    "%s": {"weights": [%s],\n      "scale": %s, "rscales": %s}',
  name, paste(apply(weights(d, "analysis"), 1, vector), collapse = ",\n      "), number(d$scale), vector(d$rscales)))

statistics("taylor", plain)
for (mse in c(FALSE, TRUE)) {
  options(survey.replicates.mse = mse)
  centre <- if (mse) "full" else "mean"
  statistics(paste0("jk1/", centre), as.svrepdesign(one, type = "JK1"))
  statistics(paste0("jkn/", centre), as.svrepdesign(plain, type = "JKn"))
  statistics(paste0("jkn-fpc/", centre), suppressWarnings(as.svrepdesign(finite, type = "JKn")))
  set.seed(7)
  for (kind in c("BRR", "Fay", "bootstrap", "subbootstrap")) {
    d <- switch(kind, BRR = as.svrepdesign(plain, type = "BRR"),
                Fay = as.svrepdesign(plain, type = "Fay", fay.rho = 0.3),
                as.svrepdesign(plain, type = kind, replicates = 20))
    statistics(paste0(kind, "/", centre), d)
    # the draws are the same after the same seed, so one set is carried
    if (!mse) carry(kind, d)
  }
}
options(survey.replicates.mse = FALSE)

# Levy & Lemeshow's ambulances (help page of scd): balanced half samples of three pairs
data(scd)
half <- 2 * cbind(c(1,0,1,0,1,0), c(1,0,0,1,0,1), c(0,1,1,0,0,1), c(0,1,0,1,1,0))
d <- suppressWarnings(svrepdesign(data = scd, type = "BRR", repweights = half, combined.weights = FALSE))
t <- svytotal(~alive, d); r <- svyratio(~alive, ~arrests, d)
emit("scd", arrests = scd$arrests, alive = scd$alive, total = c(coef(t), SE(t)), ratio = c(coef(r), unlist(SE(r))), df = degf(d))

# Satterthwaite by hand: what each stratum adds, from the definition
by_hand <- function(z, stratum, psu) {
  totals <- tapply(z, psu, sum); s <- tapply(stratum, psu, function(v) v[1])
  n_h <- tapply(totals, s, length)
  v_h <- tapply(totals, s, function(t) length(t) / (length(t) - 1) * sum((t - mean(t))^2))
  c(sum(v_h), sum(v_h)^2 / sum(v_h^2 / (n_h - 1)))
}
W <- sum(made$w); ybar <- sum(made$w * made$y) / W
uneven <- c(1, 1, 2, 2, 2, 2, 3, 3)[made$stratum]
emit("satterthwaite", mean = by_hand(made$w * (made$y - ybar) / W, made$stratum, made$psu),
     total = by_hand(made$w * made$y, made$stratum, made$psu),
     uneven = by_hand(made$w * made$y, uneven, made$psu))

columns <- vapply(names(made), function(name) sprintf('    "%s": [%s]', name,
  paste(if (is.character(made[[name]])) paste0('"', made[[name]], '"') else number(made[[name]]), collapse = ", ")), "")
writeLines(c("{", sprintf('  "program": "R %s.%s, survey %s",', R.version$major, R.version$minor, packageVersion("survey")),
  '  "script": "replicates.R",', sprintf('  "date": "%s",', Sys.Date()),
  '  "data": {', paste(columns, collapse = ",\n"), '  },',
  '  "replicates": {', paste(weights, collapse = ",\n"), '  },',
  '  "says": {', paste(lines, collapse = ",\n"), '  }', "}"), args[1])

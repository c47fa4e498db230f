# Golden numbers for what is done together: a two-stage design with fpc, or replicates, calibrated,
# and in it domains, tables, quantiles and regressions, with missing values. From R's survey.
#   Rscript combinations.R FILE.json
# The data is made and carried in the JSON: 5 strata, 3 to 5 PSUs in each, 4 to 8 elements in each.
suppressPackageStartupMessages(library(survey))
args <- commandArgs(trailingOnly = TRUE)
number <- function(x) ifelse(is.finite(x), sprintf("%.17g", x), "null")
vector <- function(x) paste0("[", paste(number(as.numeric(x)), collapse = ", "), "]")

set.seed(7)
parts <- list()
for (h in 1:5) for (i in 1:sample(3:5, 1)) {
  n <- sample(4:8, 1)
  parts[[length(parts) + 1]] <- data.frame(h = h, psu = length(parts) + 1, N1 = c(20, 25, 18, 30, 22)[h],
    N2 = n * 3 + sample(0:5, 1), u = rnorm(1))[rep(1, n), ]
}
d <- do.call(rbind, parts); n <- nrow(d)
psus <- ave(d$psu, d$h, FUN = function(z) length(unique(z))); members <- ave(d$psu, d$psu, FUN = length)
d$w <- round(d$N1 / psus * d$N2 / members * runif(n, .7, 1.4), 3)
d$x <- round(rexp(n) * 10 + 5, 2)
d$g <- sample(c("a", "b", "c"), n, TRUE, c(.5, .3, .2))
d$y <- round(20 + 2 * (d$g == "b") + .3 * d$x + 3 * d$u + rnorm(n, 0, 4), 2)
d$b <- rbinom(n, 1, plogis(-1 + .5 * d$u + .4 * (d$g == "c") + .02 * d$x))
d$dom <- rbinom(n, 1, .6)
d$y[sample(n, 6)] <- NA; d$b[sample(n, 5)] <- NA; d$dom[sample(n, 5)] <- NA
d$u <- NULL
for (r in 1:10) d[[paste0("rw", r)]] <- round(d$w * rexp(max(d$psu))[d$psu], 3)

sizes <- tapply(d$w, d$g, sum)
totals <- round(c("(Intercept)" = sum(d$w) * 1.05, gb = sizes[["b"]] * 1.15, gc = sizes[["c"]] * .9, x = sum(d$w * d$x) * 1.08))
two <- svydesign(~psu + I(1:n), strata = ~h, weights = ~w, fpc = ~N1 + N2, data = d)
one <- svydesign(~psu, strata = ~h, weights = ~w, data = d)
elements <- svydesign(~1, weights = ~w, data = d)
jkn <- as.svrepdesign(one, type = "JKn", compress = FALSE)
given <- svrepdesign(weights = ~w, repweights = "rw[0-9]+", type = "bootstrap", combined.weights = TRUE, compress = FALSE, data = d)
raked <- function(design, ...) calibrate(design, ~g + x, totals, calfun = "raking", epsilon = 1e-13, maxit = 100, ...)
designs <- list(two = two, "two/linear" = calibrate(two, ~g + x, totals), "two/raking" = raked(two),
  "one/raking" = raked(one), "elements/linear" = calibrate(elements, ~g + x, totals), "elements/raking" = raked(elements),
  jkn = jkn, "jkn/raking" = raked(jkn, compress = FALSE), given = given, "given/raking" = raked(given, compress = FALSE))

models <- list(linear = list(y ~ g * x, gaussian()), logistic = list(b ~ g + x, quasibinomial()), poisson = list(b ~ g + x, quasipoisson()))
tight <- glm.control(epsilon = 1e-14, maxit = 100)
regression <- function(design, formula, family) {
  if (inherits(design, "svyrep.design")) {
    # svyglm refuses these designs in R 4.2, so glm is fitted anew with every set of weights
    fit <- function(w, data) {
      data$.w <- w; environment(formula) <- environment()
      coef(suppressWarnings(glm(formula, family, data, weights = .w, control = tight)))
    }
    v <- withReplicates(design, fit)
    return(c(v, sqrt(diag(as.matrix(attr(v, "var"))))))
  }
  first <- svyglm(formula, design, family = family, control = tight)
  environment(formula) <- environment(); start <- coef(first)
  again <- svyglm(formula, design, family = family, start = start, control = tight)
  c(coef(again), SE(again))
}
say <- function(design) {
  inside <- subset(design, dom == 1 & !is.na(dom))
  known <- subset(design, dom == 1 & !is.na(dom) & !is.na(b))
  both <- function(s) c(coef(s), SE(s))
  p <- sapply(c("a", "b", "c"), function(level) both(svymean(~b, subset(inside, g == level), na.rm = TRUE)))
  test <- function(s) unname(svychisq(~g + b, known, statistic = s)$statistic)
  q <- function(v, s) svyquantile(v, s, c(.25, .5, .9), interval.type = "mean", na.rm = TRUE)[[1]]
  out <- list(mean = both(svymean(~y, inside, na.rm = TRUE)), total = both(svytotal(~y, inside, na.rm = TRUE)),
    ratio = both(svyratio(~y, ~x, inside, na.rm = TRUE)), prop = t(p),
    test = c(test("F"), test("Wald")))
  out$quantiles <- q(~y, inside)[, 1]
  # with elements and calibrated replicates R takes the domain's own degrees of freedom for the limits
  if (inherits(design, "survey.design") && length(unique(design$cluster[, 1])) < n) out$limits <- t(q(~y, inside)[, 2:3])
  for (m in names(models)) out[[m]] <- regression(inside, models[[m]][[1]], models[[m]][[2]])
  paste0("{", paste(sprintf('"%s": %s', names(out), vapply(out, vector, "")), collapse = ",\n      "), "}")
}
lines <- sprintf('    "%s": %s', names(designs), vapply(designs, say, ""))
columns <- vapply(names(d), function(name) sprintf('    "%s": [%s]', name,
  paste(if (is.character(d[[name]])) paste0('"', d[[name]], '"') else number(d[[name]]), collapse = ", ")), "")
writeLines(c("{", sprintf('  "program": "R %s.%s, survey %s",', R.version$major, R.version$minor, packageVersion("survey")),
  '  "script": "combinations.R",', sprintf('  "date": "%s",', Sys.Date()),
  '  "data": {', paste(columns, collapse = ",\n"), '  },', sprintf('  "totals": %s,', vector(totals)),
  '  "says": {', paste(lines, collapse = ",\n"), '  }', "}"), args[1])

# Golden numbers for nonresponse from R: logistic propensities by glm, and response homogeneity
# groups as two-phase sampling by package survey. Rscript nonresponse.R FILE.json
# The data are made by a rule (see test_nonresponse.py), so that no file is needed.
suppressPackageStartupMessages(library(survey))
lines <- character()
emit <- function(case, group = list(), ...) {
  text <- function(v) if (is.numeric(v)) sprintf("%.17g", v) else paste0('"', v, '"')
  pairs <- function(l) paste(sprintf('"%s": %s', names(l), vapply(l, text, "")), collapse = ", ")
  lines <<- c(lines, sprintf('{"case": "%s", "group": {%s}, "says": {%s}}', case, pairs(group), pairs(list(...))))
}
i <- 1:1000
made <- data.frame(a = (i * 7) %% 4 + 1, b = (i * 11) %% 3 + 1, x = ((i * 37) %% 101) / 10, w = 1 + (i * 3) %% 5)
made$r <- as.numeric((i * 13) %% 20 < 9 + 2 * made$a - (made$x > 6))
made$y <- (i * 7) %% 11 + made$a + made$x / 2

# weighted logistic regression; the iterations go on until nothing changes
fit <- glm(r ~ factor(a) + factor(b) + x, family = quasibinomial, weights = w, data = made,
           control = glm.control(epsilon = 1e-15, maxit = 100))
p <- fitted(fit)
for (k in c(1, 2, 3, 500, 1000)) emit("propensity", list(row = k), p = p[[k]])
emit("propensity/range", low = min(p), high = max(p))
g <- made$w * made$r / p
emit("propensity/weighted", total = sum(g * made$y), mean = sum(g * made$y) / sum(g))
crossed <- glm(r ~ factor(a) * factor(b) + x, family = quasibinomial, weights = w, data = made,
               control = glm.control(epsilon = 1e-15, maxit = 100))
for (k in c(1, 2, 3, 500, 1000)) emit("propensity/crossed", list(row = k), p = fitted(crossed)[[k]])

# response homogeneity groups by a: a simple random sample of N, then one of each group
made$r <- made$r == 1
for (N in c(3000, 1e6)) {
  made$N <- N
  d <- twophase(id = list(~1, ~1), strata = list(NULL, ~a), subset = ~r, fpc = list(~N, NULL), data = made)
  for (f in c("total", "mean")) {
    found <- if (f == "total") svytotal(~y, d) else svymean(~y, d)
    emit(paste0("groups/", f), list(N = N), estimate = as.numeric(coef(found)), se = as.numeric(SE(found)))
  }
}

# trimming until no weight is outside
w <- 10 + ((i * 37) %% 97)^2 / 50
d <- trimWeights(svydesign(id = ~1, weights = ~w, data = data.frame(w = w, y = made$y)), lower = 20, upper = 120, strict = TRUE)
emit("trim", low = min(weights(d)), high = max(weights(d)), total = sum(weights(d)))
for (k in c(1, 2, 3, 4, 5)) emit("trim/weight", list(row = k), w = weights(d)[[k]])
m <- svymean(~y, d); emit("trim/mean", estimate = as.numeric(coef(m)), se = as.numeric(SE(m)))

version <- sprintf('"R": "%s", "survey": "%s", "date": "2026-11-25"', getRversion(), packageDescription("survey")$Version)
writeLines(c(sprintf('{"program": "nonresponse.R", %s, "lines": [', version),
             paste0(lines, c(rep(",", length(lines) - 1), "")), "]}"), commandArgs(trailingOnly = TRUE)[1])

# Golden numbers of trends and comparisons of rounds from R's package survey: Rscript trends.R FILE.json
# nhanes has one round: its age groups stand for points in time, and its strata of odd and even number
# for two independent samples.
suppressPackageStartupMessages(library(survey))
data(nhanes)
args <- commandArgs(trailingOnly = TRUE)
lines <- character()
number <- function(x) if (length(x) == 0 || !is.finite(x)) "null" else sprintf("%.17g", x)
array <- function(x) paste0("[", paste(vapply(x, number, ""), collapse = ", "), "]")
emit <- function(case, ...) {
  says <- list(...)
  pairs <- paste(sprintf('"%s": %s', names(says), vapply(says, array, "")), collapse = ", ")
  lines <<- c(lines, sprintf('{"case": "%s", %s}', case, pairs))
}
exact <- glm.control(epsilon = 1e-15, maxit = 100)
exactly <- function(formula, design, family) {
  fit <- svyglm(formula, design, family = family, control = exact)
  for (again in 1:3) {
    start <- coef(fit)
    fit <- eval(bquote(svyglm(.(formula), design, family = family, control = exact, start = .(start))))
  }
  fit
}
nhanes$round <- nhanes$SDMVSTRA %% 2
nhanes$time <- c(9.5, 29.5, 49.5, 70)[as.integer(nhanes$agecat)]
design <- function(d) svydesign(id = ~SDMVPSU, strata = ~SDMVSTRA, weights = ~WTMEC2YR, nest = TRUE, data = d)
nh <- subset(design(nhanes), !is.na(HI_CHOL))

# a line through the four estimates, weighted with 1/variance, with their full covariance
b <- svyby(~HI_CHOL, ~time, nh, svymean, covmat = TRUE)
y <- as.numeric(coef(b)); V <- vcov(b); t <- b$time
X <- cbind(1, t - t[1]); W <- diag(1 / diag(V))
C <- solve(t(X) %*% W %*% X, t(X) %*% W)
C <- rbind(C, (t[4] - t[1]) * C[2, ])
emit("trend", line = C %*% y, se = sqrt(diag(C %*% V %*% t(C))), df = degf(nh))
P <- t(contr.poly(4, scores = t)[, 2:3])
d <- P %*% y; F <- as.numeric(t(d) %*% solve(P %*% V %*% t(P), d)) / 2
emit("departure", F = F, p = pf(F, 2, degf(nh), lower.tail = FALSE))
contrast <- svycontrast(b, list(linear = setNames(C[2, ], names(coef(b)))))
emit("slope", estimate = as.numeric(coef(contrast)), se = as.numeric(SE(contrast)))

# orthogonal polynomials in the microdata, with sex and origin in the model, as CDC does for the YRBS
p <- contr.poly(4, scores = t)
nh <- update(nh, linear = p[as.integer(agecat), 1], quadratic = p[as.integer(agecat), 2], cubic = p[as.integer(agecat), 3])
fit <- exactly(HI_CHOL ~ linear + quadratic + cubic + factor(RIAGENDR) + factor(race), nh, quasibinomial())
emit("polynomial", coef = coef(fit), se = SE(fit), df = fit$df.residual)
g <- regTermTest(fit, ~ quadratic + cubic)
emit("polynomial/test", F = g$Ftest, p = g$p)

# two rounds in one design and in two
b <- svyby(~HI_CHOL, ~round, nh, svymean, covmat = TRUE)
gap <- svycontrast(b, c(-1, 1)); ratio <- svycontrast(b, quote(`1` / `0`))
emit("rounds", difference = as.numeric(coef(gap)), se = as.numeric(SE(gap)), ratio = as.numeric(coef(ratio)),
     ratio_se = as.numeric(SE(ratio)), df = degf(nh))
apart <- lapply(0:1, function(r) svyby(~HI_CHOL, ~RIAGENDR, subset(design(subset(nhanes, round == r)), !is.na(HI_CHOL)), svymean))
emit("apart", difference = coef(apart[[2]]) - coef(apart[[1]]), se = sqrt(SE(apart[[1]])^2 + SE(apart[[2]])^2))
sexes <- svyby(~HI_CHOL, ~RIAGENDR, nh, svymean, covmat = TRUE)
gap <- svycontrast(sexes, c(-1, 1))
emit("shared", difference = as.numeric(coef(gap)), se = as.numeric(SE(gap)))

version <- sprintf('"R": "%s", "survey": "%s", "date": "%s"', getRversion(),
                   packageDescription("survey")$Version, Sys.Date())
writeLines(c(sprintf('{"program": "trends.R", %s, "lines": [', version),
             paste0(lines, c(rep(",", length(lines) - 1), "")), "]}"), args[1])

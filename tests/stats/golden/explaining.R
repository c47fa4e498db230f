# Golden numbers of explain_outcome from R's package survey: Rscript explaining.R FILE.json
# Additive interaction of two factors at their ends, with everything else in a log-linear model.
suppressPackageStartupMessages(library(survey))
data(nhanes)
args <- commandArgs(trailingOnly = TRUE)
exact <- glm.control(epsilon = 1e-15, maxit = 100)
exactly <- function(formula, design, family) {
  fit <- svyglm(formula, design, family = family, control = exact)
  for (again in 1:3) {
    start <- coef(fit)
    fit <- eval(bquote(svyglm(.(formula), design, family = family, control = exact, start = .(start))))
  }
  fit
}
nhanes$origin <- relevel(factor(nhanes$race), "3")
nhanes$sex <- relevel(factor(ifelse(nhanes$RIAGENDR == 1, "man", "woman")), "woman")
nh <- svydesign(id = ~SDMVPSU, strata = ~SDMVSTRA, weights = ~WTMEC2YR, nest = TRUE, data = nhanes)
ends <- subset(nh, !is.na(HI_CHOL) & race %in% c(1, 3))
ends <- update(ends, origin = droplevels(origin))
fit <- exactly(HI_CHOL ~ origin * sex + agecat, ends, quasipoisson())
names <- c(one = "origin1", two = "sexman", both = "origin1:sexman")
b <- structure(coef(fit)[names], var = vcov(fit)[names, names], class = "svystat")
names(b) <- c("one", "two", "product"); dimnames(attr(b, "var")) <- list(names(b), names(b))
reri <- svycontrast(b, quote(exp(one + two + product) - exp(one) - exp(two) + 1))
number <- function(x) sprintf("%.17g", as.numeric(x))
writeLines(c(
  sprintf('{"program": "explaining.R", "R": "%s", "survey": "%s", "date": "%s",', getRversion(),
          packageDescription("survey")$Version, Sys.Date()),
  sprintf('"reri": %s, "se": %s,', number(coef(reri)), number(SE(reri))),
  sprintf('"ratios": [%s, %s, %s]}', number(exp(coef(b)[1])), number(exp(coef(b)[2])), number(exp(sum(coef(b)))))
), args[1])

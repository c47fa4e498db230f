# A logistic model and the marginal predictions of one factor: R's package survey.
# Rscript regression.R DATA.csv OUT.csv: writes coefficients and standard errors, prints the seconds of the
# design with the model, and of the predictions.
suppressPackageStartupMessages(library(survey))
args <- commandArgs(trailingOnly = TRUE)
data <- read.csv(args[1], stringsAsFactors = TRUE)
formula <- as.formula(paste("y ~ edu + sex + area +", if ("x" %in% names(data)) "x" else "age"))
started <- proc.time()[["elapsed"]]
design <- svydesign(id = ~psu, strata = ~stratum, weights = ~w, data = data)
fit <- svyglm(formula, design, family = quasibinomial())
model <- proc.time()[["elapsed"]] - started
started <- proc.time()[["elapsed"]]
without <- svyglm(update(formula, . ~ . - edu), design, family = quasibinomial())
found <- svypredmeans(without, ~edu)
margins <- proc.time()[["elapsed"]] - started
out <- data.frame(estimate = sprintf("%.17g", coef(fit)), se = sprintf("%.17g", SE(fit)))
write.csv(out, args[2], row.names = FALSE)
cat(sprintf("%.3f %.3f\n", model, margins))

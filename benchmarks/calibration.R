# Calibration, and one indicator by 300 domains with calibrated weights: R's package survey.
# Rscript calibration.R DATA.csv TARGETS.csv METHOD OUT.csv: prints the seconds of both.
suppressPackageStartupMessages(library(survey))
args <- commandArgs(trailingOnly = TRUE)
data <- read.csv(args[1], colClasses = c(muni = "character")); targets <- read.csv(args[2], colClasses = c(value = "character"))
tables <- lapply(c("muni", "cell"), function(name) {
  rows <- targets[targets$margin == name, ]
  names(rows)[names(rows) == "value"] <- name
  xtabs(as.formula(paste("total ~", name)), data = rows)
})
clustered <- "psu" %in% names(data)
design <- if (clustered) svydesign(id = ~psu, strata = ~stratum, weights = ~w, data = data) else
  svydesign(id = ~1, strata = ~stratum, weights = ~w, data = data)
bounds <- if (args[3] == "logit") c(0.3, 3) else c(-Inf, Inf)
started <- proc.time()[["elapsed"]]
calibrated <- calibrate(design, list(~muni, ~cell), tables, calfun = args[3], bounds = bounds, epsilon = 1e-9)
middle <- proc.time()[["elapsed"]]
found <- svyby(~y0, ~muni + sex + year, calibrated, svymean, na.rm = TRUE, keep.names = FALSE)
ended <- proc.time()[["elapsed"]]
out <- data.frame(found[, c("muni", "sex", "year")], estimate = sprintf("%.17g", coef(found)),
                  se = sprintf("%.17g", SE(found)))
write.csv(out, args[4], row.names = FALSE)
cat(sprintf("%.3f %.3f\n", middle - started, ended - middle))

# One indicator of the cube by all three dimensions (300 domains): R's package survey.
# Rscript cube.R DATA.csv OUT.csv: writes estimates and standard errors, prints the seconds.
suppressPackageStartupMessages(library(survey))
args <- commandArgs(trailingOnly = TRUE)
data <- read.csv(args[1])
started <- proc.time()[["elapsed"]]
design <- svydesign(id = ~psu, strata = ~stratum, weights = ~w, data = data)
found <- svyby(~y0, ~muni + sex + year, design, svymean, na.rm = TRUE, keep.names = FALSE)
seconds <- proc.time()[["elapsed"]] - started
out <- data.frame(found[, c("muni", "sex", "year")], estimate = sprintf("%.17g", coef(found)),
                  se = sprintf("%.17g", SE(found)))
write.csv(out, args[2], row.names = FALSE)
cat(sprintf("%.3f\n", seconds))

# The mean of the first DOMAINS areas, each as a domain of the whole design: R's package survey.
# Rscript domains.R DATA.csv OUT.csv DOMAINS: writes estimates and errors, prints the seconds.
suppressPackageStartupMessages(library(survey))
args <- commandArgs(trailingOnly = TRUE)
data <- read.csv(args[1])
started <- proc.time()[["elapsed"]]
design <- svydesign(id = ~psu, strata = ~stratum, weights = ~w, data = data)
found <- lapply(seq_len(as.integer(args[3])) - 1, function(k) svymean(~y, subset(design, area == k)))
seconds <- proc.time()[["elapsed"]] - started
out <- data.frame(area = seq_along(found) - 1, estimate = sprintf("%.17g", sapply(found, coef)),
                  se = sprintf("%.17g", sapply(found, SE)))
write.csv(out, args[2], row.names = FALSE)
cat(sprintf("%.3f\n", seconds))

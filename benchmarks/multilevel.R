# lme4's part of multilevel.py: Rscript multilevel.R COUNTS.csv NODES OUT.csv
# Two models on counts per stratum, timed together without reading the file; a row per model.
suppressPackageStartupMessages(library(lme4))
args <- commandArgs(trailingOnly = TRUE)
d <- read.csv(args[1], stringsAsFactors = TRUE)
d$stratum <- factor(seq_len(nrow(d)))
nodes <- as.integer(args[2])
seconds <- system.time({
  null <- glmer(cbind(y, n - y) ~ 1 + (1 | stratum), d, binomial, nAGQ = nodes)
  main <- glmer(cbind(y, n - y) ~ sex + born + edu + age + (1 | stratum), d, binomial, nAGQ = nodes)
})[["elapsed"]]
variance <- sapply(list(null, main), function(m) VarCorr(m)$stratum[1])
write.csv(data.frame(seconds = seconds, variance = variance), args[3], row.names = FALSE)

# Golden numbers from R's package interactionR 0.1.7 (Alli 2021), whose MOVER and delta functions are
# read from the package's own R files, since only they are needed:
#   Rscript interaction.R FOLDER_OF_THE_PACKAGE FILE.json
# Oral cancer (Rothman & Keller 1972) from its counts; herniated disc (Mundt et al. 1993, in Assmann
# et al. 1996) from the package's data. Coefficients and their covariance are glm's.
suppressPackageStartupMessages({library(jsonlite); library(msm)})
args <- commandArgs(trailingOnly = TRUE)
for (file in c("helpers.R", "interactionR_mover.R", "interactionR_delta.R"))
  source(file.path(args[1], "R", file))

cells <- data.frame(alc = c(0, 1, 0, 1), smk = c(0, 0, 1, 1),
                    cases = c(3, 6, 8, 225), controls = c(20, 12, 18, 166))
rows <- function(cases, controls, more) cbind(more[rep(1, cases + controls), ],
                                              oc = rep(c(1, 0), c(cases, controls)))
oral <- do.call(rbind, lapply(1:4, function(i) rows(cells$cases[i], cells$controls[i],
                                                    cells[i, c("alc", "smk")])))
load(file.path(args[1], "data", "HDiscdata.rda"))
one <- function(model, names, recode = FALSE) {
  says <- function(found) setNames(lapply(c("OR10", "OR01", "OR11", "Multiplicative scale", "RERI", "AP", "SI"),
    function(m) as.list(found$dframe[found$dframe$Measures == m, c("Estimates", "CI.ll", "CI.ul")])),
    c("or10", "or01", "or11", "multiplicative", "reri", "ap", "s"))
  list(beta = as.list(coef(model)), vcov = unname(vcov(model)),
       mover = says(interactionR_mover(model, names, em = FALSE, recode = recode)),
       delta = says(interactionR_delta(model, names, em = FALSE, recode = recode)))
}
out <- list(program = paste("R", getRversion(), "with interactionR 0.1.7"), date = format(Sys.Date()),
            oral_cancer = one(glm(oc ~ alc * smk, binomial, oral), c("alc", "smk")),
            herniated_disc = one(glm(h ~ ns * smk, binomial, HDiscdata), c("ns", "smk")))
# the same, with the first factor turned round: it is then preventive, and the program recodes it
oral$dry <- 1 - oral$alc
turned <- glm(oc ~ dry * smk, binomial, data = oral)
out$oral_cancer_turned <- suppressWarnings(one(turned, c("dry", "smk"), recode = TRUE))
out$oral_cancer_turned$beta <- as.list(coef(turned))
out$oral_cancer_turned$vcov <- unname(vcov(turned))
write_json(out, args[2], auto_unbox = TRUE, digits = 15, pretty = TRUE)

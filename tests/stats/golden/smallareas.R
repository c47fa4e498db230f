# Golden numbers from R's package sae 1.3 (Molina & Marhuenda 2015) on its data milk (Arora & Lahiri
# 1997; You & Chapman 2006). Its iterations stop at a relative change of 1e-4 unless told otherwise:
# "default" is that, "tight" is 1e-14.
#   Rscript smallareas.R FILE.json
suppressPackageStartupMessages({library(sae); library(jsonlite)})
data(milk); milk$variance <- milk$SD^2
fit <- function(method, precision) {
  found <- mseFH(yi ~ as.factor(MajorArea), variance, method = method, PRECISION = precision, data = milk)
  list(A = found$est$fit$refvar, beta = found$est$fit$estcoef$beta,
       se = found$est$fit$estcoef$std.error, eblup = as.numeric(found$est$eblup),
       mse = as.numeric(found$mse), loglik = found$est$fit$goodness[["loglike"]],
       aic = found$est$fit$goodness[["AIC"]], bic = found$est$fit$goodness[["BIC"]])
}
out <- list(program = paste("R", getRversion(), "with sae", packageVersion("sae")),
            date = format(Sys.Date()), data = milk[, c("SmallArea", "ni", "yi", "SD", "MajorArea")])
for (method in c("REML", "ML")) {
  out[[paste0(method, "/default")]] <- fit(method, 1e-4)
  out[[paste0(method, "/tight")]] <- fit(method, 1e-14)
}
write_json(out, commandArgs(trailingOnly = TRUE)[1], auto_unbox = TRUE, digits = 15, pretty = TRUE)

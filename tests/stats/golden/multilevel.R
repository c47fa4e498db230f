# Golden numbers from R's package lme4: random intercepts of strata on two tables that R carries.
#   Rscript multilevel.R FILE.json
# Titanic (Dawson 1995): survival by class, sex and age; 14 of 16 combinations exist.
# ToothGrowth (Crampton 1947): length by supplement and dose, ten animals in each combination.
suppressPackageStartupMessages({library(lme4); library(jsonlite)})
out <- commandArgs(trailingOnly = TRUE)[1]

t <- as.data.frame(Titanic, stringsAsFactors = FALSE)
died <- t[t$Survived == "No", c("Class", "Sex", "Age", "Freq")]
lived <- t[t$Survived == "Yes", "Freq"]
people <- data.frame(died[, 1:3], n = died$Freq + lived, y = lived)
people <- people[people$n > 0, ]
people$stratum <- factor(seq_len(nrow(people)))
tight <- glmerControl(optimizer = "bobyqa", tolPwrss = 1e-12,
                      optCtrl = list(rhobeg = 2e-4, rhoend = 1e-9, maxfun = 1e5))
binomial_fit <- function(formula, nodes) {
  rough <- glmer(formula, people, binomial, nAGQ = nodes)
  fine <- update(rough, start = list(theta = getME(rough, "theta"), fixef = fixef(rough)),
                 control = tight)
  list(beta = as.list(fixef(fine)), se = sqrt(diag(as.matrix(vcov(fine)))),
       variance = VarCorr(fine)$stratum[1], u = ranef(fine)$stratum[, 1],
       u_sd = sqrt(as.numeric(attr(ranef(fine)$stratum, "postVar"))),
       minus_two_loglik = -2 * as.numeric(logLik(fine)))
}
titanic <- list(data = people[, c("Class", "Sex", "Age", "n", "y")])
for (nodes in c(1, 7, 25)) {
  titanic[[paste0("null/", nodes)]] <- binomial_fit(cbind(y, n - y) ~ 1 + (1 | stratum), nodes)
  titanic[[paste0("main/", nodes)]] <-
    binomial_fit(cbind(y, n - y) ~ Class + Sex + Age + (1 | stratum), nodes)
}

teeth <- ToothGrowth
teeth$stratum <- interaction(teeth$supp, teeth$dose, sep = "/")
linear_fit <- function(formula, reml) {
  fit <- lmer(formula, teeth, REML = reml,
              control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10)))
  v <- as.data.frame(VarCorr(fit))$vcov
  list(beta = as.list(fixef(fit)), se = sqrt(diag(as.matrix(vcov(fit)))), variance = v[1],
       residual = v[2], u = as.list(setNames(ranef(fit)$stratum[, 1], rownames(ranef(fit)$stratum))),
       u_sd = sqrt(as.numeric(attr(ranef(fit)$stratum, "postVar"))),
       loglik = as.numeric(logLik(fit)))
}
tooth <- list(data = teeth[, c("supp", "dose", "len")])
for (reml in c(TRUE, FALSE)) {
  name <- if (reml) "reml" else "ml"
  tooth[[paste0("null/", name)]] <- linear_fit(len ~ 1 + (1 | stratum), reml)
  tooth[[paste0("main/", name)]] <- linear_fit(len ~ supp + factor(dose) + (1 | stratum), reml)
}
write_json(list(program = paste("R", getRversion(), "with lme4", packageVersion("lme4")),
                date = format(Sys.Date()), titanic = titanic, tooth = tooth),
           out, auto_unbox = TRUE, digits = 15, pretty = TRUE)

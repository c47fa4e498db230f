# Golden numbers for design effects that domains share: variances from R's survey, and the formula
# of docs/methods/few-clusters.md written out in R domain by domain.
#   Rscript few_clusters.R FILE.json
# The data is made and carried in the JSON: 7 places with 1 to 9 schools, with and without strata.
suppressPackageStartupMessages(library(survey))
args <- commandArgs(trailingOnly = TRUE)
number <- function(x) ifelse(is.finite(x), sprintf("%.17g", x), "null")
vector <- function(x) paste0("[", paste(number(as.numeric(x)), collapse = ", "), "]")

set.seed(11)
schools <- c(1, 2, 2, 3, 4, 6, 9)
parts <- list()
for (a in seq_along(schools)) for (i in seq_len(schools[a])) {
  n <- sample(18:45, 1)
  parts[[length(parts) + 1]] <- data.frame(area = a, school = length(parts) + 1, u = rnorm(1, 0, .5))[rep(1, n), ]
}
d <- do.call(rbind, parts); n <- nrow(d)
d$half <- ifelse(d$area <= 4, 1, 2)
d$sex <- sample(1:2, n, TRUE)
d$w <- round(runif(n, 1, 2), 3)
d$y <- rbinom(n, 1, plogis(.8 + d$u - .4 * (d$sex == 2)))
d$x <- round(50 + 8 * d$u + rnorm(n, 0, 6), 2)
d$y[sample(n, 15)] <- NA
d$u <- NULL

# One side of what is estimated: everything of the formula that is known without its variance.
side <- function(data, inside, variable, independent) {
  known <- data[inside & !is.na(data[[variable]]), ]
  m <- length(unique(known$school))
  filled <- sum(sapply(split(known, known$stratum), function(one)
    length(unique(one$school))^2 / length(unique(data$school[data$stratum == one$stratum[1]]))))
  list(n = nrow(known), take = nrow(known) / m, df = m - length(unique(known$stratum)),
    bias = 1 - 1 / m + filled / m^2, independent = independent)
}
share <- function(sides, variance, prior_df = 8) {
  get <- function(name) sapply(sides, function(one) one[[name]])
  df <- get("df"); take <- get("take"); independent <- get("independent")
  deff <- variance / (get("bias") * independent)
  told <- ifelse(df > 0 & get("n") >= 30 & is.finite(deff), df, 0)
  rho <- min(max(sum((told * (deff - 1))[told > 0]) / sum((told * (take - 1))[told > 0]), 0), 1)
  shared <- total <- numeric(length(df))
  for (k in seq_along(df)) {
    prior <- min(prior_df, sum(told[-k]))
    own <- if (df[k] > 0 && is.finite(deff[k])) df[k] * deff[k] else 0
    total[k] <- (if (df[k] > 0 && is.finite(deff[k])) df[k] else 0) + prior
    shared[k] <- max(1, (own + prior * (1 + (take[k] - 1) * rho)) / total[k])
  }
  list(se = sqrt(shared * independent), df = total, rho = rho)
}
say <- function(found) sprintf('{"se": %s, "df": %s, "rho": %s}', vector(found$se), vector(found$df), number(found$rho))
both <- function(one, two) {
  part <- one$independent / (one$independent + two$independent)
  list(n = min(one$n, two$n), take = part * one$take + (1 - part) * two$take, df = min(one$df, two$df),
    bias = part * one$bias + (1 - part) * two$bias, independent = one$independent + two$independent)
}
variance_of <- function(design, inside, variable) {
  part <- subset(design, inside & !is.na(design$variables[[variable]]))
  as.numeric(SE(svymean(as.formula(paste0("~", variable)), part)))^2
}
apart <- function(design, one, two, variable) {
  # Of the difference of two domains: the slope of a regression on which of them one is in.
  keep <- (one | two) & !is.na(design$variables[[variable]])
  design <- update(design, first = as.numeric(one))
  fit <- svyglm(as.formula(paste(variable, "~ first")), subset(design, keep))
  as.numeric(vcov(fit)["first", "first"])
}
out <- character(0)
for (strata in c("none", "half")) for (variable in c("y", "x")) {
  d$stratum <- if (strata == "none") 1 else d$half
  clusters <- svydesign(~school, strata = ~stratum, weights = ~w, data = d)
  elements <- svydesign(~1, weights = ~w, data = d)
  of <- function(inside) side(d, inside, variable, variance_of(elements, inside, variable))
  areas <- seq_along(schools)
  own <- lapply(areas, function(a) of(d$area == a))
  own_v <- sapply(areas, function(a) variance_of(clusters, d$area == a, variable))
  sexes <- lapply(areas, function(a) both(of(d$area == a & d$sex == 1), of(d$area == a & d$sex == 2)))
  sexes_v <- sapply(areas, function(a) apart(clusters, d$area == a & d$sex == 1, d$area == a & d$sex == 2, variable))
  out <- c(out, sprintf('    "%s/%s": {"areas": %s, "gaps": %s}', strata, variable, say(share(own, own_v)), say(share(sexes, sexes_v))))
}
d$stratum <- NULL
columns <- sapply(names(d), function(name) sprintf('    "%s": %s', name, vector(d[[name]])))
writeLines(c("{", sprintf('  "program": "%s, survey %s",', sub(" \\(.*", "", sub("version ", "", R.version.string)), packageVersion("survey")),
  '  "script": "few_clusters.R",', sprintf('  "date": "%s",', Sys.Date()),
  '  "data": {', paste(columns, collapse = ",\n"), "  },",
  '  "says": {', paste(out, collapse = ",\n"), "  }", "}"), args[1])

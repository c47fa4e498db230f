# Measures of inequality from their definitions, and their standard errors from the design:
#   Rscript inequality.R FILE.json
# svytotal gives the covariance of all groups' weighted sums of y and of people; the standard error
# of a measure is the delta method's with numerical derivatives (numDeriv, Richardson). Nothing of
# it is analytic, so it is independent of the formulas that it checks. Then: healthequal's example
# data, made by its tests' own random numbers (WHOequity/healthequal 1.0.1, tests/testthat), with the
# logistic regression weighted once; and regressions by svyglm.
suppressPackageStartupMessages({library(survey); library(numDeriv)})
data(nhanes)
lines <- character()
number <- function(x) if (!is.finite(x)) "null" else sprintf("%.17g", x)
emit <- function(case, measure, value, se = NA)
  lines <<- c(lines, sprintf('{"case": "%s", "measure": "%s", "value": %s, "se": %s}', case, measure,
                             number(value), number(se)))

ends <- function(x, p, logit, top) {
  r <- cumsum(p) - p / 2
  if (!logit) return(predict(lm(x ~ r, weights = p), data.frame(r = 0:1)))
  fit <- suppressWarnings(glm(I(x / top) ~ r, weights = p, family = quasibinomial,
                              control = glm.control(epsilon = 1e-15, maxit = 100)))
  top * predict(fit, data.frame(r = 0:1), type = "response")
}
# x: estimates from the most disadvantaged group, p: shares, ref: place of the reference group
measures <- function(x, p, ref, adverse, top = 1) {
  x <- unname(x); p <- unname(p)
  m <- sum(p * x); n <- length(x); last <- x[n]; first <- x[1]
  best <- if (adverse) min(x) else max(x)
  d <- if (adverse) c(first, last) else c(last, first)
  r <- cumsum(p) - p / 2
  line <- ends(x, p, FALSE, top); curve <- ends(x, p, TRUE, top)
  aci <- 2 * (sum(p * x * r) - m * sum(p * r))
  c(D = d[1] - d[2], R = d[1] / d[2], SII = unname(line[2] - line[1]), RII = unname(line[2] / line[1]),
    SII_logit = unname(curve[2] - curve[1]), RII_logit = unname(curve[2] / curve[1]),
    ACI = aci, RCI = aci / m, Wagstaff = aci / m / (1 - m / top), Erreygers = 4 * aci / top,
    BGV = sum(p * (x - m)^2), BGSD = sqrt(sum(p * (x - m)^2)), COV = 100 * sqrt(sum(p * (x - m)^2)) / m,
    IDISU = 100 * mean(abs(x - m)) / m, IDISW = 100 * sum(p * abs(x - m)) / m,
    MDBU = mean(abs(x - best)), MDBW = sum(p * abs(x - best)),
    MDMU = mean(abs(x - m)), MDMW = sum(p * abs(x - m)),
    MDRU = mean(abs(x - x[ref])), MDRW = sum(p * abs(x - x[ref])),
    TI = 1000 * sum(p * x / m * log(x / m)), MLD = -1000 * sum(p * log(x / m)),
    PAR = unname(x[ref]) - m, PAF = 100 * (unname(x[ref]) - m) / m)
}
nh <- svydesign(id = ~SDMVPSU, strata = ~SDMVSTRA, weights = ~WTMEC2YR, nest = TRUE, data = nhanes)
dimensions <- list(
  agecat = list(order = rev(levels(nhanes$agecat)), ref = 4, pop = c(45364, 72816, 77670, 55901)),
  race = list(order = c(2, 1, 4, 3), ref = 4, pop = c(0.4, 0.3, 0.2, 0.1)))
for (name in names(dimensions)) {
  ask <- dimensions[[name]]
  group <- as.character(nhanes[[name]]); k <- length(ask$order)
  known <- !is.na(nhanes$HI_CHOL)
  y <- ifelse(known, nhanes$HI_CHOL, 0)
  columns <- data.frame(lapply(ask$order, function(g) y * (group == g)),
                        lapply(ask$order, function(g) as.numeric(known & group == g)))
  names(columns) <- c(paste0("y", 1:k), paste0("n", 1:k))
  full <- update(nh, columns)
  full$variables <- cbind(nh$variables, columns)
  total <- svytotal(as.formula(paste("~", paste(names(columns), collapse = " + "))), full)
  t <- coef(total) / 1e6; v <- vcov(total) / 1e12
  for (shares in c("estimated", "given")) for (adverse in c(TRUE, FALSE)) {
    # An adverse indicator gains by its lowest group, a favourable one by its highest.
    x <- (t[1:k] / t[k + 1:k]); ref <- if (adverse) which.min(x) else which.max(x)
    f <- function(z) {
      p <- if (shares == "given") ask$pop / sum(ask$pop) else z[k + 1:k] / sum(z[k + 1:k])
      measures(z[1:k] / z[k + 1:k], p, ref, adverse)
    }
    value <- f(t); j <- jacobian(f, t)
    se <- sqrt(diag(j %*% v %*% t(j)))
    case <- paste(name, shares, if (adverse) "adverse" else "favourable", sep = "/")
    for (i in seq_along(value)) emit(case, names(value)[i], value[i], se[i])
  }
}
# Every measure made anew in each jackknife replicate (JKn), best group and ranks included.
jkn <- as.svrepdesign(nh, type = "JKn")
for (name in names(dimensions)) {
  ask <- dimensions[[name]]
  again <- function(w, data) {
    known <- !is.na(data$HI_CHOL); group <- as.character(data[[name]])
    n <- sapply(ask$order, function(g) sum(w[known & group == g]))
    y <- sapply(ask$order, function(g) sum((w * data$HI_CHOL)[known & group == g]))
    measures(y / n, n / sum(n), length(n), TRUE)
  }
  found <- withReplicates(jkn, again)
  for (i in seq_along(coef(found)))
    emit(paste0(name, "/jackknife"), names(coef(found))[i], coef(found)[i], SE(found)[i])
}
# Regressions of microdata on the ranks of the age groups, which are taken as known.
w <- weights(nh); known <- !is.na(nhanes$HI_CHOL)
age <- match(as.character(nhanes$agecat), rev(levels(nhanes$agecat)))
p <- tapply(w[known], age[known], sum); p <- p / sum(p)
ranked <- update(nh, rank = (cumsum(p) - p / 2)[age])
fit <- svyglm(HI_CHOL ~ rank, ranked); e <- predict(fit, data.frame(rank = 0:1))
emit("svyglm/linear", "SII", coef(fit)[2]); emit("svyglm/linear", "RII", as.numeric(e[2] / e[1]))
fit <- svyglm(HI_CHOL ~ rank, ranked, family = quasibinomial,
              control = glm.control(epsilon = 1e-15, maxit = 100))
e <- predict(fit, data.frame(rank = 0:1), type = "response")
emit("svyglm/logit", "SII", as.numeric(e[2] - e[1])); emit("svyglm/logit", "RII", as.numeric(e[2] / e[1]))

# Continuous rank: api00 by meals (share of poor pupils), schools in districts; the ranks are made
# again for every jackknife replicate.
data(api)
clus <- svydesign(id = ~dnum, weights = ~pw, data = apiclus1)
micro <- function(w, d) {
  o <- order(-d$meals); y <- d$api00[o]; w <- w[o]; m <- d$meals[o]
  size <- tapply(w, -m, sum); mid <- (cumsum(size) - size / 2) / sum(w)
  r <- mid[as.character(-m)]; mu <- sum(w * y) / sum(w)
  aci <- 2 * (sum(w * y * r) / sum(w) - mu / 2)
  slope <- aci / 2 / (sum(w * (r - 0.5)^2) / sum(w))
  c(SII = slope, RII = (mu + slope / 2) / (mu - slope / 2), ACI = aci, RCI = aci / mu)
}
grad <- jacobian(function(w) micro(w, apiclus1), weights(clus))
scores <- grad * matrix(weights(clus), 4, nrow(apiclus1), byrow = TRUE)
total <- svytotal(t(scores) / weights(clus), clus)
value <- micro(weights(clus), apiclus1)
for (i in 1:4) emit("apiclus1/meals/taylor", names(value)[i], value[i], SE(total)[i])
jack <- withReplicates(as.svrepdesign(clus), function(w, d) micro(w, d))
for (i in 1:4) emit("apiclus1/meals/jackknife", names(value)[i], coef(jack)[i], SE(jack)[i])

# healthequal's examples
suppressWarnings(RNGversion("3.6.0"))
set.seed(123); pop <- round(rnorm(5, 100, 40)); est <- c(20, 30, 40, 50, 60)
y <- round(est / 100 * pop)
fit <- glm(cbind(y, pop - y) ~ I((cumsum(pop) - pop / 2) / sum(pop)), family = binomial,
           control = glm.control(epsilon = 1e-15))
e <- plogis(coef(fit)[1] + c(0, 1) * coef(fit)[2])
emit("healthequal/ordered, weighted once", "SII", 100 * (e[2] - e[1]))
emit("healthequal/ordered, weighted once", "RII", e[2] / e[1])
ordered <- sprintf('{"pop": [%s], "est": [%s]}', toString(pop), toString(est))
set.seed(123); pop <- round(rnorm(25, 1000, 300)); est <- rbinom(25, 1000, .065); se <- rbinom(25, 100, .045)
ref <- sample(25, 1)
unordered <- sprintf('{"pop": [%s], "est": [%s], "se": [%s], "reference": %d}', toString(pop),
                     toString(est), toString(se), ref)
# TI, MLD and PAF at the right scale: independent groups, numerical derivatives
f <- function(x) measures(x, pop / sum(pop), which.max(x), FALSE, 1000)
j <- jacobian(f, est); spread <- sqrt(diag(j %*% diag(se^2) %*% t(j))); value <- f(est)
for (m in c("BGV", "BGSD", "COV", "IDISU", "IDISW", "MDMU", "MDMW", "TI", "MLD", "PAR", "PAF"))
  emit("healthequal/unordered, independent groups", m, value[m], spread[names(value) == m])
# and by a parametric bootstrap of 200,000 draws
set.seed(1); draws <- matrix(rnorm(25 * 2e5, est, se), 25); share <- pop / sum(pop)
r <- sweep(draws, 2, colSums(share * draws), "/")
emit("healthequal/unordered, bootstrap", "TI", 1000 * sum(share * est / sum(share * est) * log(est / sum(share * est))),
     sd(1000 * colSums(share * r * log(r))))
emit("healthequal/unordered, bootstrap", "MLD", -1000 * sum(share * log(est / sum(share * est))),
     sd(-1000 * colSums(share * log(r))))
# Printed in healthequal's own tests (their tolerances are 1e-4 to 1e-6)
said <- list(ordered = c(ACI = 7.3284202, RCI = .17776859, PAR = 18.775509, PAF = 45.544548),
  unordered = c(BGV = 46.198326, BGSD = 6.7969351, IDISU = 8.7018175, IDISW = 8.6178417, MDBU = 16.360001,
    MDBW = 16.293156, MDMU = 5.891726, MDMW = 5.8348689, MDRU = 7.2399998, MDRW = 7.2228465,
    TI = 5.0359201, MLD = 5.0524006, PAR = 16.293152, PAF = 24.06426))
for (case in names(said)) for (m in names(said[[case]])) emit(paste0("healthequal/", case, ", its tests"), m, said[[case]][m])
head <- sprintf(paste0('{"program": "inequality.R", "R": "%s.%s", "survey": "%s", "numDeriv": "%s", "date": "%s",\n',
                       '"ordered": %s,\n"unordered": %s,\n"lines": ['), R.version$major, R.version$minor,
                packageVersion("survey"), packageVersion("numDeriv"), Sys.Date(), ordered, unordered)
writeLines(c(head, paste(lines, collapse = ",\n"), "]}"), commandArgs(trailingOnly = TRUE)[1])

# Age-standardised cholesterol in nhanes by R's package survey: Rscript standardise.R FILE.json
# The standard is the four age groups' share of the US population in 2000 (NCHS Data Brief 92).
suppressPackageStartupMessages(library(survey))
data(nhanes)
number <- function(x) sprintf("%.17g", x)
nh <- svydesign(id = ~SDMVPSU, strata = ~SDMVSTRA, weights = ~WTMEC2YR, nest = TRUE, data = nhanes)
size <- c(55901, 77670, 72816, 45364)
lines <- character()
for (over in c("race", "RIAGENDR")) {
  by <- as.formula(paste0("~", over))
  std <- svystandardize(nh, by = ~agecat, over = by, population = size, excluding.missing = ~HI_CHOL)
  found <- svyby(~HI_CHOL, by, std, svymean)
  for (i in seq_len(nrow(found)))
    lines <- c(lines, sprintf('{"over": "%s", "group": %s, "estimate": %s, "se": %s}', over,
                              found[[over]][i], number(coef(found)[i]), number(SE(found)[i])))
  # svyby(covmat = TRUE) of 4.1-1 fails on a subset; a regression on the groups has the covariance.
  gap <- svyglm(as.formula(sprintf("HI_CHOL ~ factor(%s)", over)), std)
  lines <- c(lines, sprintf('{"over": "%s", "group": "1 - 2", "estimate": %s, "se": %s}', over,
                            number(-coef(gap)[2]), number(SE(gap)[2])))
}
head <- sprintf('{"program": "standardise.R", "R": "%s.%s", "survey": "%s", "date": "%s", "lines": [',
                R.version$major, R.version$minor, packageVersion("survey"), Sys.Date())
writeLines(c(head, paste(lines, collapse = ",\n"), "]}"), commandArgs(trailingOnly = TRUE)[1])

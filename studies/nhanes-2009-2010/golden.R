# High cholesterol by R's package survey, from this folder's data.csv: the figures that Samling must
# equal. Run in this folder: Rscript golden.R
suppressPackageStartupMessages(library(survey))
data <- read.csv("data.csv", na.strings = "")
design <- svydesign(id = ~psu, strata = ~stratum, weights = ~weight, nest = TRUE, data = data)

cells <- function(by) {
  formula <- if (length(by)) reformulate(by) else NULL
  df <- degf(design)
  if (is.null(formula)) {
    result <- svymean(~high_cholesterol, design, na.rm = TRUE)
    interval <- confint(result, df = df)
    groups <- data.frame(row.names = 1)
  } else {
    result <- svyby(~high_cholesterol, formula, design, svymean, na.rm = TRUE)
    interval <- confint(result, df = df)
    groups <- as.data.frame(result)[by]
  }
  answered <- data[!is.na(data$high_cholesterol), ]
  count <- function(i) {
    here <- rep(TRUE, nrow(answered))
    for (name in by) here <- here & answered[[name]] == groups[i, name]
    sum(here)
  }
  value <- function(x) sprintf("%.17g", x)
  text <- function(name, content) sprintf("\"%s\": %s", name, content)
  vapply(seq_along(coef(result)), function(i) {
    of <- vapply(by, function(name) text(name, sprintf("\"%s\"", groups[i, name])), "")
    paste0("    {", paste(
      text("by", paste0("{", paste(of, collapse = ", "), "}")),
      text("estimate", value(coef(result)[i])),
      text("se", value(as.vector(SE(result))[i])),
      text("df", df),
      text("ci_low", value(interval[i, 1])),
      text("ci_high", value(interval[i, 2])),
      text("n", count(i)),
      sep = ", "
    ), "}")
  }, "")
}

rows <- c(
  cells(character()), cells("sex"), cells("age_group"), cells("ethnicity"),
  cells(c("sex", "age_group"))
)
writeLines(c(
  "{",
  sprintf("  \"made_by\": \"golden.R with %s and survey %s\",", R.version.string, packageVersion("survey")),
  "  \"interval\": \"Wald with t: confint(svyby(...), df = degf(design))\",",
  "  \"cells\": [",
  paste(rows, collapse = ",\n"),
  "  ]",
  "}"
), "golden.json")

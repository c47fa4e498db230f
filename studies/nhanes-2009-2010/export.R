# Writes data.csv: the data set `nhanes` of R's package survey, every row and column, in its order.
# Run in this folder: Rscript export.R
suppressPackageStartupMessages(library(survey))
data(nhanes)

out <- data.frame(
  psu = nhanes$SDMVPSU,
  stratum = nhanes$SDMVSTRA,
  weight = vapply(nhanes$WTMEC2YR, function(w) sprintf("%.15g", w), ""),
  high_cholesterol = nhanes$HI_CHOL,
  ethnicity = nhanes$race,
  age_group = as.character(nhanes$agecat),
  sex = nhanes$RIAGENDR
)
# Fifteen digits read back as the same number.
stopifnot(as.numeric(out$weight) == nhanes$WTMEC2YR, nrow(out) == 8591)

connection <- file("data.csv", open = "wb")
write.csv(out, connection, row.names = FALSE, na = "", quote = 6)
close(connection)

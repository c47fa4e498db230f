# Limits of hidden counts by R's package lpSolve:  Rscript disclosure.R > disclosure.json
# A case has sums (parent, then children), true counts n, and the cells that each release shows.
# A cell has one unknown in all releases, except those that changed, which have one in each.
suppressPackageStartupMessages({library(lpSolve); library(jsonlite)})

limits <- function(case) {
  cells <- length(case$n[[1]]); releases <- length(case$n)
  column <- function(r, i) if (i %in% case$changed) (r - 1) * cells + i else i
  rows <- list(); right <- numeric()
  add <- function(columns, values, b) {
    row <- numeric(cells * releases); row[columns] <- values
    rows[[length(rows) + 1]] <<- row; right <<- c(right, b)
  }
  for (r in seq_len(releases)) {
    for (s in case$sums) add(sapply(s, function(i) column(r, i)), c(1, rep(-1, length(s) - 1)), 0)
    for (i in case$shown[[r]]) add(column(r, i), 1, case$n[[r]][i])
  }
  solve <- function(i, side) {
    goal <- numeric(cells * releases); goal[column(releases, i)] <- 1
    found <- lp(side, goal, do.call(rbind, rows), rep("=", length(rows)), right)
    stopifnot(found$status == 0)
    found$objval
  }
  hidden <- setdiff(seq_len(cells), case$shown[[releases]])
  list(name = case$name, n = case$n, sums = case$sums, shown = case$shown, changed = case$changed,
       limits = lapply(hidden, function(i) c(i, solve(i, "min"), solve(i, "max"))))
}

# 3 places by 3 groups with margins: cells 1-3, 5-7, 9-11 inside; 4, 8, 12 and 13-16 margins.
crossed <- list(c(4, 1:3), c(8, 5:7), c(12, 9:11), c(16, 13:15),
                c(13, 1, 5, 9), c(14, 2, 6, 10), c(15, 3, 7, 11), c(16, 4, 8, 12))
table3 <- c(40, 6, 25, 71, 33, 18, 3, 54, 27, 41, 38, 106, 100, 65, 66, 231)
school <- c(64, 41, 30, 4, 139)
schools <- list(c(5, 1:4))
cases <- list(
  list(name = "one release of two hidden schools", n = list(school), sums = schools,
       shown = list(c(1, 2, 5)), changed = integer()),
  list(name = "a square of hidden cells", n = list(table3), sums = crossed,
       shown = list(setdiff(1:16, c(2, 3, 6, 7))), changed = integer()),
  list(name = "a staircase of hidden cells", n = list(table3), sums = crossed,
       shown = list(setdiff(1:16, c(1, 2, 6, 7, 9, 11))), changed = integer()),
  list(name = "two patterns, three hidden in both", n = list(table3, table3), sums = crossed,
       shown = list(setdiff(1:16, c(1, 2, 3, 5, 6, 7)), setdiff(1:16, c(2, 3, 6, 7, 10, 11))),
       changed = integer()),
  list(name = "two patterns that tell a hidden count", n = list(school, school), sums = schools,
       shown = list(c(1, 2, 5), c(1, 3, 5)), changed = integer()),
  list(name = "a school that grew beside hidden ones", sums = schools,
       n = list(school, c(94, 41, 30, 4, 169)),
       shown = list(c(1, 2, 5), c(2, 5)), changed = c(1L, 5L)))
cat(toJSON(list(
  made_by = paste("disclosure.R,", R.version.string, "lpSolve", packageVersion("lpSolve")),
  date = "2026-11-25", cases = lapply(cases, limits)), auto_unbox = TRUE, digits = NA, pretty = TRUE))

# Differences from a group in which all answer alike: R's survey for the other group, and Wilson's
# limit of R's own prop.test with Kish's effective n for the group at the edge.
# Rscript edges.R > edges.json
suppressMessages(library(survey))
set.seed(20)
n <- 120
d <- data.frame(psu = rep(1:12, each = 10), w = round(exp(rnorm(n, 0, 0.5)), 3),
                g = sample(c("a", "b", "c"), n, TRUE, c(0.6, 0.25, 0.15)))
d$y <- ifelse(d$g == "a", rbinom(n, 1, 0.3), ifelse(d$g == "b", 0, 1))
des <- svydesign(~psu, weights = ~w, data = d)
by <- svyby(~y, ~g, des, svymean, covmat = TRUE)
v <- vcov(by)
z <- qnorm(0.975)
edge <- function(group, ones) {
  w <- d$w[d$g == group]
  size <- sum(w)^2 / sum(w^2)
  limit <- suppressWarnings(prop.test(ones * size, size, correct = FALSE)$conf.int)
  ((if (ones) 1 - limit[1] else limit[2]) / z)^2
}
extra <- c(a = 0, b = edge("b", 0), c = edge("c", 1))
p <- coef(by)
pair <- function(one, two) {
  se <- sqrt(v[one, one] + v[two, two] - 2 * v[one, two] + extra[one] + extra[two])
  unname(c(p[one] - p[two], se, p[one] - p[two] - z * se, p[one] - p[two] + z * se))
}
num <- function(x) paste0("[", paste(format(x, digits = 15, trim = TRUE), collapse = ", "), "]")
text <- function(x) paste0("[", paste0("\"", x, "\"", collapse = ", "), "]")
cat("{\n\"made\": \"", R.version.string, ", survey ", as.character(packageVersion("survey")),
    "\",\n", sep = "")
for (name in c("psu", "w", "y")) cat("\"", name, "\": ", num(d[[name]]), ",\n", sep = "")
cat("\"g\": ", text(d$g), ",\n", sep = "")
for (k in list(c("a", "b"), c("a", "c"), c("c", "b")))
  cat("\"", k[1], "-", k[2], "\": ", num(pair(k[1], k[2])), if (k[1] == "c") "\n}\n" else ",\n", sep = "")

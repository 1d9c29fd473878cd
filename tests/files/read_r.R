# Reads the example result (tests/mpi/example_result.hpp) with R's ncdf4 and compares it with the formulas it was made by.
library(ncdf4)

file <- nc_open(commandArgs(trailingOnly = TRUE)[1])
n <- 20000
twin <- 0:(n - 1)
failed <- twin %% 100 == 7

age <- ncvar_get(file, "twins/age")
stopifnot(all(age == 18 + (twin %% 500) / 10))
stopifnot(ncatt_get(file, "twins/age", "units")$value == "year")

status <- ncvar_get(file, "twins/status")          # (twin, arm): R counts the fastest dimension first
stopifnot(all(dim(status) == c(n, 2)), all(status[, 1] == 0), all(status[failed, 2] == 2))
stopifnot(ncatt_get(file, "twins/status", "flag_meanings")$value == "ok not_run too_many_steps")

weight <- ncvar_get(file, "outcomes/weight")       # (twin, visit, arm)
stopifnot(all(dim(weight) == c(n, 3, 2)))
stopifnot(all(weight[, 3, 1] == 90 + twin %% 97), all(is.na(weight[failed, , 2])))
stopifnot(all(weight[!failed, 3, 2] == (90 + twin %% 97 - 2 / 3)[!failed]))
stopifnot(ncatt_get(file, "outcomes/weight", "units")$value == "kg")

arms <- ncvar_get(file, "outcomes/arm")
Encoding(arms) <- "UTF-8"
stopifnot(all(arms == c("usual", "di\u00e4t")))
stopifnot(all(ncvar_get(file, "outcomes/visit") == c("baseline", "week26", "week52")))

glucose <- ncvar_get(file, "trajectories/glucose") # (twin, time, arm)
stopifnot(max(abs(glucose[, 2, 2] - (91 + 10 * sin(twin + 1)))) < 1e-12)
stopifnot(ncatt_get(file, "trajectories/time", "units")$value == "min")

stopifnot(ncvar_get(file, "analyses/estimate") == -2.5)
stopifnot(ncatt_get(file, 0, "complete")$value == 1, ncatt_get(file, 0, "seed")$value == 7)
nc_close(file)
cat("R ncdf4", as.character(packageVersion("ncdf4")), "reads the same numbers\n")

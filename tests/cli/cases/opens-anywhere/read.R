# Reads a result with ncdf4; twin 3's exposures are those that replay printed.
library(ncdf4)
arguments <- commandArgs(trailingOnly = TRUE)
lines <- grep("^  AUC", readLines(arguments[2]), value = TRUE)
expected <- as.numeric(sub("^  AUC +([^ ]+).*", "\\1", lines))
file <- nc_open(arguments[1])
auc <- ncvar_get(file, "outcomes/AUC")  # (twin, arm): R counts the fastest dimension first
stopifnot(dim(auc) == c(40, 2), auc[4, ] == expected)
stopifnot(ncatt_get(file, "outcomes/AUC", "units")$value == "mg*h/L", ncatt_get(file, 0, "complete")$value == 1)
nc_close(file)
cat("R reads the same numbers\n")

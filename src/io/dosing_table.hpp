// Doses from a table as NONMEM reads it: a CSV file with a row for each record.
//
//     ID,TIME,AMT,RATE,II,ADDL,CMT,EVID
//     101,0,100,.,12,13,1,1
//
//     dosing: {file: doses.csv, units: {TIME: h, AMT: mg}, cmt: {1: depot}}
//
// Columns: TIME and AMT; and ID, RATE or DUR, II, ADDL, SS, CMT, EVID. "." and an empty cell are 0, as in NONMEM. A record
// with EVID 1 is a dose, one with EVID 0 an observation, which the study's own visits make unnecessary; without EVID, a
// record is a dose if its AMT is above 0. Everything else is an error with its line.
#pragma once

#include "cohort/persons_table.hpp"
#include "io/yaml_value.hpp"
#include "trial/study.hpp"

#include <filesystem>

namespace kohort::io {

/// Fills the arm's dosing, or dosing_of where the table has a column ID, and table. Throws InputError.
void read_dosing_table(const Value& value, const std::filesystem::path& folder, trial::Arm& arm);

/// Throws InputError unless dosing that tells persons apart has records for exactly these persons.
void match_persons(const trial::Arm& arm, const cohort::PersonsTable& persons);

}  // namespace kohort::io

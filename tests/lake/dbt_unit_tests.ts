/** The names of dbt's unit tests of the models. */
export const dbtUnitTests: readonly string[] = [
  "bad_prices_are_rejected",
  "names_and_strings_are_read_as_json",
  "prices_keep_their_digits",
  "records_without_coins_are_rejected",
  "times_are_judged_by_the_ingestion",
  "the_first_record_of_a_key_wins",
  "other_values_of_a_key_are_revisions",
  "the_last_tick_of_a_minute_is_kept",
  "open_and_close_go_by_time",
  "days_are_those_of_utc",
  "a_rank_that_changes_begins_a_version",
  "a_fact_has_the_version_of_its_day",
];

//! Built-in signals on books small enough to check by hand: the rows they give, on both sides of every border.

use crate::book::books;

books! {
    "signal":
    signal_connected
    signal_days_past_due
    signal_deposit
    signal_inspection
    signal_part_payment
    signal_promises
    signal_ratings
    signal_recovery
    signal_sector
    signal_sector_region
    signal_utilisation
}

//! Alerts, defaults and month-ends on books small enough to check by hand.

use crate::book::books;

books! {
    "warning":
    warning_attributes
    warning_back_dated_restated
    warning_back_dated_strict
    warning_burden
    warning_customer_by_loan
    warning_customer_by_obligor
    warning_horizon_end
    warning_kinds
    warning_lead_edges
    warning_none
    warning_officers
    warning_recall_scope
    warning_sessions
}

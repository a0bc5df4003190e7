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
    warning_panel_defaults
    warning_panel_eventful
    warning_panel_few_draws
    warning_panel_flags
    warning_panel_interval
    warning_panel_labels
    warning_panel_measures
    warning_panel_no_default
    warning_panel_no_flag
    warning_panel_no_warning
    warning_panel_obligors
    warning_panel_scores
    warning_panel_segments
    warning_panel_start_without_warning
    warning_recall_scope
    warning_sessions
}

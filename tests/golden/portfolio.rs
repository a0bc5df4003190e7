//! Portfolio tables on books small enough to check by hand.

use crate::book::books;

books! {
    "portfolio":
    computed_days_past_due
    days_past_due_differs
    days_past_due_from_due_date
    days_past_due_materiality
    portfolio_cash
    portfolio_concentration
    portfolio_coverage
    portfolio_coverage_unknown
    portfolio_cure
    portfolio_lgd
    portfolio_return
    portfolio_return_raroc
    portfolio_segment
    portfolio_swot
    portfolio_tilt
    segment_credibility
}

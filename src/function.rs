//! What SQL cannot say well, as functions of SQL: the query still says when they apply.

mod business_day;
mod discrimination;
mod pairs;
mod quantile;
mod rank_correlation;

use datafusion::logical_expr::{AggregateUDF, ScalarUDF};

/// Scalar functions for the queries.
pub fn scalar_functions() -> Vec<ScalarUDF> {
    vec![business_day::business_day_after(), quantile::chi_squared_quantile(), quantile::normal_quantile()]
}

/// Aggregate functions for the queries.
pub fn aggregate_functions() -> Vec<AggregateUDF> {
    vec![discrimination::auc(), discrimination::ks(), rank_correlation::kendall_tau_b()]
}

//! Casts that a mapping query makes on the columns of a raw table, as conditions on the raw rows.
//!
//! A mapping says `CAST("date" AS DATE)` over text. Left alone, one bad cell would stop the run. So before the mapping
//! runs, every cast that stands directly on a raw table (a SELECT from that table alone, outside CASE and COALESCE,
//! whose branches may never be evaluated) becomes a condition under which the raw row is rejected with its file, line
//! and column. Casts of derived values stay what they are.

use std::ops::ControlFlow;

use datafusion::sql::parser::{DFParserBuilder, Statement};
use sqlparser::ast::{CastKind, Expr, Select, SelectItem, SetExpr, TableFactor, Visit, VisitMut, Visitor, VisitorMut};

/// A condition on the rows of a raw table that a mapping's cast stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawCheck {
    /// The raw table, without its schema.
    pub table: String,
    /// The alias by which the expressions name it.
    pub alias: String,
    /// The column that is blamed.
    pub column: String,
    pub data_type: String,
    /// SQL that is true for a row whose cell does not cast.
    pub fails: String,
}

/// The checks that a mapping query implies.
pub fn raw_checks(sql: &str) -> Vec<RawCheck> {
    let parsed = DFParserBuilder::new(sql)
        .with_dialect(&sqlparser::dialect::GenericDialect {})
        .build()
        .and_then(|mut parser| parser.parse_statement());
    let Ok(Statement::Statement(statement)) = parsed else { return Vec::new() };
    let mut collector = Collector::default();
    let _ = statement.visit(&mut collector);
    collector.checks
}

#[derive(Default)]
struct Collector {
    checks: Vec<RawCheck>,
}

impl Visitor for Collector {
    type Break = ();

    fn pre_visit_query(&mut self, query: &sqlparser::ast::Query) -> ControlFlow<()> {
        self.set_expression(&query.body);
        ControlFlow::Continue(())
    }
}

impl Collector {
    fn set_expression(&mut self, body: &SetExpr) {
        match body {
            SetExpr::Select(select) => self.select(select),
            SetExpr::SetOperation { left, right, .. } => {
                self.set_expression(left);
                self.set_expression(right);
            }
            _ => {}
        }
    }

    fn select(&mut self, select: &Select) {
        let [from] = select.from.as_slice() else { return };
        let TableFactor::Table { name, alias, .. } = &from.relation else { return };
        let full = name.to_string();
        let Some(table) = full.strip_prefix("raw.").filter(|_| from.joins.is_empty()) else { return };
        let alias = alias.as_ref().map_or_else(|| table.to_owned(), |alias| alias.name.to_string());
        let guard = select.selection.as_ref().map(|guard| forgiving(guard).to_string());
        let expressions = select.projection.iter().filter_map(|item| match item {
            SelectItem::UnnamedExpr(expression) | SelectItem::ExprWithAlias { expr: expression, .. } => {
                Some(expression)
            }
            _ => None,
        });
        for expression in expressions.chain(&select.selection) {
            let mut casts = Vec::new();
            collect_casts(expression, &mut casts);
            for (operand, data_type) in casts {
                let Some(column) = first_column(operand) else { continue };
                let operand = forgiving(operand);
                let fails = format!("({operand}) IS NOT NULL AND TRY_CAST({operand} AS {data_type}) IS NULL");
                let fails = match &guard {
                    Some(guard) => format!("({guard}) AND {fails}"),
                    None => fails,
                };
                let check = RawCheck {
                    table: table.to_owned(),
                    alias: alias.clone(),
                    column,
                    data_type: data_type.clone(),
                    fails,
                };
                if !self.checks.contains(&check) {
                    self.checks.push(check);
                }
            }
        }
    }
}

/// Casts that are evaluated for every row.
fn collect_casts<'a>(expression: &'a Expr, casts: &mut Vec<(&'a Expr, String)>) {
    match expression {
        Expr::Cast { kind: CastKind::Cast | CastKind::DoubleColon, expr, data_type, .. } => {
            casts.push((expr, data_type.to_string()));
            collect_casts(expr, casts);
        }
        Expr::Nested(inner) | Expr::UnaryOp { expr: inner, .. } | Expr::IsNull(inner) | Expr::IsNotNull(inner) => {
            collect_casts(inner, casts)
        }
        Expr::BinaryOp { left, right, .. } => {
            collect_casts(left, casts);
            collect_casts(right, casts);
        }
        Expr::Between { expr, low, high, .. } => {
            for part in [expr, low, high] {
                collect_casts(part, casts);
            }
        }
        Expr::InList { expr, list, .. } => {
            collect_casts(expr, casts);
            list.iter().for_each(|item| collect_casts(item, casts));
        }
        _ => {}
    }
}

fn first_column(expression: &Expr) -> Option<String> {
    let mut found = None;
    let mut has_subquery = false;
    let _ = sqlparser::ast::visit_expressions(expression, |part| {
        match part {
            Expr::Identifier(ident) if found.is_none() => found = Some(ident.value.clone()),
            Expr::CompoundIdentifier(path) if found.is_none() => found = path.last().map(|ident| ident.value.clone()),
            Expr::Subquery(_) | Expr::Exists { .. } | Expr::InSubquery { .. } => has_subquery = true,
            _ => {}
        }
        ControlFlow::<()>::Continue(())
    });
    found.filter(|_| !has_subquery)
}

/// The expression with TRY_CAST in place of CAST.
fn forgiving(expression: &Expr) -> Expr {
    struct Forgive;
    impl VisitorMut for Forgive {
        type Break = ();
        fn pre_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<()> {
            if let Expr::Cast { kind, .. } = expression {
                *kind = CastKind::TryCast;
            }
            ControlFlow::Continue(())
        }
    }
    let mut copy = expression.clone();
    let _ = VisitMut::visit(&mut copy, &mut Forgive);
    copy
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cast_on_a_raw_column_becomes_a_condition_on_its_row() {
        let checks = raw_checks(
            "WITH t AS (SELECT CAST(\"paidOn\" AS DATE) AS paid_on FROM raw.servicing) SELECT paid_on FROM t",
        );
        assert_eq!(checks.len(), 1);
        assert_eq!((checks[0].table.as_str(), checks[0].column.as_str()), ("servicing", "paidOn"));
        assert_eq!(checks[0].fails, "(\"paidOn\") IS NOT NULL AND TRY_CAST(\"paidOn\" AS DATE) IS NULL");
    }

    #[test]
    fn rows_that_the_mapping_leaves_out_are_not_rejected() {
        let checks = raw_checks("SELECT CAST(s.d AS DATE) FROM raw.servicing AS s WHERE s.kind = 'A'");
        assert_eq!(checks[0].fails, "(s.kind = 'A') AND (s.d) IS NOT NULL AND TRY_CAST(s.d AS DATE) IS NULL");
        assert_eq!(checks[0].alias, "s");
    }

    #[test]
    fn casts_that_may_never_be_evaluated_and_casts_of_derived_values_are_left_alone() {
        assert_eq!(raw_checks("SELECT CASE WHEN a <> 'x' THEN CAST(a AS INT) END FROM raw.t"), []);
        assert_eq!(raw_checks("SELECT CAST(a AS INT) FROM other"), []);
        assert_eq!(raw_checks("SELECT TRY_CAST(a AS INT) FROM raw.t"), []);
    }
}

//! One period: base facts, evidence, tables, audits.

use std::collections::BTreeMap;

use arrow::array::{Array, AsArray};

use super::workbench::{Basis, Target, Workbench};
use super::workspace::Sight;
use super::{Observer, PipelineError, Project, audit, evidence};
use crate::config::{Period, Scheme};
use crate::query::{Catalogue, Kind, Need, Parameters, Query, Session};
use crate::store::{DataFile, InputFile, Manifest, Transaction};

/// Tables that need every indicator of the scheme.
const JUDGEMENTS: [&str; 6] =
    ["branch_appraisal", "branch_score", "officer_appraisal", "officer_change", "officer_feedback", "officer_score"];

/// Which queries a project's data can answer, and what each other one lacks.
#[derive(Debug, Clone)]
pub struct Computability {
    pub name: String,
    pub kind: Kind,
    pub title: String,
    /// What is missing, as `table.column`; empty when the query can be computed.
    pub missing: Vec<String>,
}

/// One computed period.
pub(super) struct Computed {
    pub tables: BTreeMap<String, DataFile>,
    pub warnings: usize,
    pub metrics: Vec<(String, Option<f64>)>,
}

pub(super) struct Computation<'a> {
    pub project: &'a Project,
    pub transaction: &'a Transaction,
    pub inputs: &'a [InputFile],
    /// Inputs, and what is published of the periods before.
    pub manifest: &'a Manifest,
    pub scheme: &'a Scheme,
    /// Indicators of the scheme whose input is not delivered are left out of the score instead of stopping the run.
    pub allows_missing: bool,
    pub period: Period,
    pub parameters: &'a Parameters,
    pub run_id: &'a str,
}

/// Looks at every indicator, table and signal of the catalogue.
pub(super) fn computability(catalogue: &Catalogue, delivers: impl Fn(&Need) -> bool) -> Vec<Computability> {
    let of_kind = |kind| catalogue.of_kind(kind);
    of_kind(Kind::Indicator)
        .chain(of_kind(Kind::Portfolio))
        .chain(of_kind(Kind::Warning))
        .chain(of_kind(Kind::Signal).filter(|query| query.header.is_signal()))
        .map(|query| Computability {
            name: query.header.name.clone(),
            kind: query.header.kind,
            title: query.header.title.en.clone(),
            missing: catalogue.missing(&query.header, &delivers),
        })
        .collect()
}

impl Computation<'_> {
    pub(super) async fn run(&self, observer: &dyn Observer) -> Result<Computed, PipelineError> {
        let project = self.project;
        let basis = Basis { scheme: self.scheme, manifest: self.manifest, period: &self.period };
        let bench = Workbench::open(project, self.inputs, self.parameters, Sight::WholeRows, Some(basis)).await?;
        let (session, catalogue) = (&bench.session, &bench.catalogue);
        let lacks = |query: &Query| bench.lacks(query);
        let indicators: Vec<&Query> = catalogue.of_kind(Kind::Indicator).collect();
        self.check_scored(&indicators, &lacks)?;
        evidence::register_indicators(session, &indicators, &lacks)?;
        let computable = indicators.iter().filter(|query| lacks(query).is_empty()).copied();
        let evidence = evidence::query(computable.clone());
        let published = catalogue.queries().filter(|query| {
            query.header.is_published_by_run()
                && lacks(query).is_empty()
                && project.config.publishes(&query.header.name)
        });
        // What a query reads comes along, also an indicator whose own input is missing: it has no rows then.
        let mut wanted = catalogue.with_all_they_read(published);
        let needs_evidence = wanted.iter().any(|query| query.reads.contains(&evidence.header.name));
        if needs_evidence {
            let goals = wanted.into_iter().chain(computable).chain([&evidence]);
            wanted = catalogue.with_all_they_read(goals);
        }
        let is_wanted = |name: &String| wanted.iter().any(|query| query.header.name == *name);
        let audits: Vec<&Query> = catalogue
            .of_kind(Kind::Audit)
            .filter(|audit| lacks(audit).is_empty())
            .filter(|audit| needs_evidence || !audit.reads.contains(&evidence.header.name))
            .filter(|audit| audit.header.alongside.iter().all(is_wanted))
            .collect();
        let order = bench.in_order(wanted.into_iter().chain(audits.iter().copied()))?;

        observer.begin(&self.period.name(), order.len() + audits.len());
        let target = Target { transaction: self.transaction, period: &self.period.name(), run_id: self.run_id };
        let mut computed = Computed { tables: BTreeMap::new(), warnings: 0, metrics: Vec::new() };
        let mut bounds = Vec::new();
        for query in order {
            let name = query.header.name.as_str();
            observer.step(name);
            let started = std::time::Instant::now();
            if name == evidence.header.name {
                bounds = evidence::keep(session, &bench.scratch, &query.reads).await?;
            } else if query.header.is_published_by_run() && lacks(query).is_empty() {
                let file = bench.publish(query, &target, &evidence::parts(query, &bounds)).await?;
                computed.tables.insert(name.to_owned(), file);
            } else {
                bench.register(query).await?;
            }
            tracing::info!(
                period = self.period.name(),
                query = name,
                seconds = started.elapsed().as_secs_f64(),
                "computed"
            );
        }
        let issues = self.audit(session, &audits, observer).await?;
        computed.warnings = issues.num_rows();
        computed.tables.insert(audit::TABLE.to_owned(), self.publish_issues(session, issues).await?);
        computed.metrics = metrics(session).await;
        observer.end();
        Ok(computed)
    }

    /// What officers are judged on, by a score or by a gate, must be delivered: without it the result would be another.
    fn check_scored(&self, indicators: &[&Query], lacks: &dyn Fn(&Query) -> Vec<String>) -> Result<(), PipelineError> {
        let is_judged = JUDGEMENTS.iter().any(|table| self.project.config.publishes(table));
        if self.allows_missing || !is_judged {
            return Ok(());
        }
        let scored = |query: &Query| {
            let name = &query.header.name;
            self.scheme.scored().any(|rule| rule.id == *name)
                || self.scheme.gates.iter().any(|gate| gate.indicator == *name)
        };
        let missing: String = indicators
            .iter()
            .filter(|query| scored(query))
            .map(|query| (&query.header.name, lacks(query)))
            .filter(|(_, lacks)| !lacks.is_empty())
            .map(|(name, lacks)| format!("  {name} lacks {}\n", lacks.join(", ")))
            .collect();
        match missing.is_empty() {
            true => Ok(()),
            false => Err(PipelineError::MissingInput { period: self.period.name(), missing }),
        }
    }
}

/// The headline figures for the summary; a project without the table has none.
async fn metrics(session: &Session) -> Vec<(String, Option<f64>)> {
    if !session.has_table("portfolio_metric") {
        return Vec::new();
    }
    let sql = "SELECT CAST(metric_id AS VARCHAR), CAST(value AS DOUBLE) FROM portfolio_metric";
    let Ok(rows) = session.rows("portfolio_metric", sql, None).await else { return Vec::new() };
    rows.iter()
        .flat_map(|batch| {
            let ids = batch.column(0).as_string::<i32>().clone();
            let values = batch.column(1).as_primitive::<arrow::datatypes::Float64Type>().clone();
            (0..batch.num_rows())
                .map(move |row| (ids.value(row).to_owned(), values.is_valid(row).then(|| values.value(row))))
                .collect::<Vec<_>>()
        })
        .collect()
}

//! The workbook of an appraisal: a summary, a sheet per dimension, what would lift grades, and the items behind.

use super::{CommandError, Exporter};
use crate::config::DIMENSIONS;
use crate::output::{Cell, Column, Shape, Sheet};
use crate::query::literal;

/// The summary's columns, in the order in which a manager asks.
const SUMMARY: [&str; 26] = [
    "rank",
    "officer_id",
    "branch_id",
    "peer_group",
    "grade",
    "total_score",
    "score_risk",
    "score_return",
    "score_customer",
    "score_process",
    "gates",
    "total_before_gate",
    "w_risk",
    "w_return",
    "w_customer",
    "w_process",
    "headroom",
    "headroom_applied",
    "coverage",
    "percentile",
    "n_peers",
    "within_limits",
    "missing_dimensions",
    "not_rated",
    "exposure_days",
    "scheme_version",
];

pub(super) async fn sheets(exporter: &Exporter<'_>) -> Result<Vec<Sheet>, CommandError> {
    let of_run = exporter.of_run();
    let mut sheets = Vec::new();
    let sql = format!(
        "SELECT {} FROM officer_appraisal WHERE {of_run} ORDER BY peer_group NULLS FIRST, rank NULLS LAST, officer_id",
        SUMMARY.join(", ")
    );
    let rows = exporter.query("officer_appraisal", &sql).await?;
    let mut summary = exporter.sheet(exporter.say("Summary", "汇总"), &rows)?;
    // The officer leads, so that the row keeps its name while one scrolls.
    move_first(&mut summary, 1);
    sheets.push(summary);
    for dimension in DIMENSIONS {
        sheets.extend(of_dimension(exporter, dimension).await?);
    }
    let others = [
        (
            "officer_feedback",
            exporter.say("What lifts the grade", "晋级路径"),
            "officer_id, next_grade, points_needed, indicator_id, current_value, needed_value, needed_change, current_score, needed_score, binding_gate",
            "TRUE",
            "officer_id, indicator_id",
        ),
        (
            "officer_gate",
            exporter.say("Gates fired", "触发的否决项"),
            "officer_id, gate_id, indicator_id, value, comparison, threshold, cap_total, zero_dimension, n_loans",
            "is_fired",
            "officer_id, ordinal",
        ),
        (
            "officer_change",
            exporter.say("Change", "与上期相比"),
            "officer_id, indicator_id, previous_score, score, points_change, score_effect, weight_effect",
            "TRUE",
            "officer_id, indicator_id",
        ),
        (
            "officer_worst_item",
            exporter.say("Items behind", "主要依据"),
            "officer_id, indicator_id, place, key, loan_id, customer_id, numerator, denominator, harm",
            "TRUE",
            "officer_id, indicator_id, place",
        ),
        (
            "officer_override",
            exporter.say("Set by hand", "人工调整"),
            "officer_id, indicator_id, override_id, computed_value, new_value, is_applied, reason, maker, checker, decided_at",
            "TRUE",
            "override_id",
        ),
        (
            "branch_appraisal",
            exporter.say("Branches", "机构"),
            "branch_id, rank, grade, total_score, member_score, own_score, own_weight, n_officers, exposure, coverage",
            "TRUE",
            "rank NULLS LAST, branch_id",
        ),
    ];
    for (table, name, columns, condition, order) in others {
        if exporter.is_published(table) {
            let sql = format!("SELECT {columns} FROM {table} WHERE {of_run} AND {condition} ORDER BY {order}");
            let mut sheet = exporter.sheet(name, &exporter.query(table, &sql).await?)?;
            name_indicators(exporter, &mut sheet);
            sheets.push(sheet);
        }
    }
    sheets.push(about(exporter));
    Ok(sheets)
}

fn move_first(sheet: &mut Sheet, place: usize) {
    sheet.columns[..=place].rotate_right(1);
    sheet.rows.iter_mut().for_each(|row| row[..=place].rotate_right(1));
}

/// Beside the id of an indicator stands its name.
fn name_indicators(exporter: &Exporter<'_>, sheet: &mut Sheet) {
    let Some(place) = sheet.columns.iter().position(|column| column.name == "indicator_id") else { return };
    if exporter.labels.is_none() {
        return;
    }
    for row in &mut sheet.rows {
        if let Cell::Text(indicator) = &row[place] {
            row[place] = Cell::Text(exporter.heading(indicator));
        }
    }
    sheet.columns[place].heading = exporter.heading("indicator");
}

/// Officers down, the indicators of the dimension across: value, score, points.
async fn of_dimension(exporter: &Exporter<'_>, dimension: &str) -> Result<Option<Sheet>, CommandError> {
    let sql = format!(
        "SELECT indicator_id, max(weight_in_dimension) AS weight_in_dimension FROM officer_score
         WHERE {} AND dimension = {} GROUP BY indicator_id ORDER BY 2 DESC, 1",
        exporter.of_run(),
        literal(dimension)
    );
    let indicators = Sheet::new("", &exporter.query("officer_score", &sql).await?, str::to_owned)?;
    let indicators: Vec<String> = indicators
        .rows
        .into_iter()
        .filter_map(|row| match row.into_iter().next() {
            Some(Cell::Text(indicator)) => Some(indicator),
            _ => None,
        })
        .collect();
    if indicators.is_empty() {
        return Ok(None);
    }
    let score = format!("score_{}", dimension.to_lowercase());
    let cell = |value: &str, indicator: &String, place: usize| {
        format!(", max(CASE WHEN s.indicator_id = {} THEN s.{value} END) AS {value}_{place}", literal(indicator))
    };
    let cells: String = indicators
        .iter()
        .enumerate()
        .map(|(place, indicator)| {
            ["scored_value", "score", "points"].map(|value| cell(value, indicator, place)).concat()
        })
        .collect();
    let sql = format!(
        "SELECT a.officer_id, a.branch_id, a.{score}{cells}
         FROM officer_appraisal AS a JOIN officer_score AS s ON s.officer_id = a.officer_id AND s.run_id = a.run_id
         WHERE a.{} GROUP BY a.officer_id, a.branch_id, a.{score} ORDER BY a.officer_id",
        exporter.of_run()
    );
    let mut sheet =
        exporter.sheet(dimension_name(exporter, dimension), &exporter.query("officer_score", &sql).await?)?;
    sheet.groups = vec![(String::new(), 3)];
    for (place, indicator) in indicators.iter().enumerate() {
        sheet.groups.push((exporter.heading(indicator), 3));
        let unit = exporter.project.catalogue.get(indicator).map_or("", |query| query.header.unit.as_str());
        let shapes =
            [if unit.starts_with("ratio") { Shape::Percent } else { Shape::Number }, Shape::Score, Shape::Score];
        for (offset, (name, shape)) in ["scored_value", "score", "points"].into_iter().zip(shapes).enumerate() {
            let column = &mut sheet.columns[3 + 3 * place + offset];
            *column = Column { name: name.to_owned(), heading: exporter.heading(name), shape };
        }
    }
    Ok(Some(sheet))
}

fn dimension_name<'t>(exporter: &Exporter<'_>, dimension: &'t str) -> &'t str {
    let zh = match dimension {
        "RISK" => "风险",
        "RETURN" => "收益",
        "CUSTOMER" => "客户",
        _ => "过程",
    };
    exporter.say(dimension, zh)
}

/// What the workbook was made from.
fn about(exporter: &Exporter<'_>) -> Sheet {
    let run = exporter.run;
    let facts = [
        (exporter.say("Project", "项目"), exporter.project.config.project.name.clone()),
        (exporter.say("Period", "期间"), format!("{} ({} – {})", exporter.period, run.start, run.end)),
        (exporter.say("Run", "运行编号"), run.run_id.clone()),
        (exporter.say("Replaces the run", "替代的运行编号"), run.replaces.clone().unwrap_or_default()),
        (exporter.say("Scheme", "考核方案"), run.scheme_version.clone().unwrap_or_default()),
        (exporter.say("Hash of the scheme", "方案哈希"), run.scheme_hash.clone().unwrap_or_default()),
        (exporter.say("Knowledge", "数据口径"), run.knowledge.clone()),
        (exporter.say("Version of postloan", "程序版本"), env!("CARGO_PKG_VERSION").to_owned()),
    ];
    let column =
        |name: &str, heading: &str| Column { name: name.to_owned(), heading: heading.to_owned(), shape: Shape::Text };
    Sheet {
        name: exporter.say("About", "说明").to_owned(),
        groups: Vec::new(),
        columns: vec![column("what", exporter.say("What", "项目")), column("value", exporter.say("Value", "内容"))],
        rows: facts.into_iter().map(|(what, value)| vec![Cell::Text(what.to_owned()), Cell::Text(value)]).collect(),
    }
}

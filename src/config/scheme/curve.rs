//! From the value of an indicator to a score: what `curve = { … }` may say.

use super::reader::Reader;

/// How a value becomes a score.
#[derive(Debug, Clone, PartialEq)]
pub enum Curve {
    /// Straight lines through knots (value, score), the values rising; level outside.
    Linear(Vec<(f64, f64)>),
    /// (from, to, score): the score of the band from ≤ value < to; the bands cover the line.
    Banded(Vec<(f64, f64, f64)>),
    /// `from` less `each` per unit of the value, not below `floor`.
    Deduct { from: f64, each: f64, floor: f64 },
    /// Value ÷ target × 100, at most `cap`. Without a target of its own the officer's row of `target_decomposition` gives it.
    TargetRatio { target: Option<f64>, cap: f64 },
    /// The value is the score.
    Rated,
}

/// Greatest score of a target that is surpassed.
const TARGET_RATIO_CAP: f64 = 120.0;
const KINDS: &str = "linear, banded, deduct, target_ratio or rated";

impl Curve {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Linear(_) => "LINEAR",
            Self::Banded(_) => "BANDED",
            Self::Deduct { .. } => "DEDUCT",
            Self::TargetRatio { .. } => "TARGET_RATIO",
            Self::Rated => "RATED",
        }
    }

    /// Reads `{ linear = … }` and its like; `None` with a problem where it cannot hold.
    pub(super) fn read(reader: &Reader<'_, '_>) -> Option<Self> {
        const KNOTS: &str = "a list of knots [value, score]";
        const BANDS: &str = "a list of bands [lower edge, score] or [from, to, score]";
        let curves = [
            reader.rows("linear", &[2], KNOTS).map(|(line, rows)| linear(reader, line, &rows)),
            reader.rows("banded", &[2, 3], BANDS).map(|(line, rows)| banded(reader, line, &rows)),
            reader.table("deduct", &format!("{} deduct", reader.place)).map(deduct),
            reader.table("target_ratio", &format!("{} target_ratio", reader.place)).map(target_ratio),
            reader.flag("rated").map(|(line, is_rated)| {
                if !is_rated {
                    reader.problem(line, "rated = false says nothing: leave it out");
                }
                Some(Self::Rated)
            }),
        ];
        let mut given = curves.into_iter().flatten();
        match (given.next(), given.next()) {
            (Some(curve), None) => curve,
            (None, _) => {
                reader.problem(reader.line, format!("one of {KINDS} is expected"));
                None
            }
            (Some(_), Some(_)) => {
                reader.problem(reader.line, format!("only one of {KINDS} is possible"));
                None
            }
        }
    }

    /// 1 where the score rises with the value, −1 where it falls, 0 where it is level.
    pub fn direction(&self) -> i8 {
        let of = |scores: Vec<f64>| match (scores.first(), scores.last()) {
            (Some(first), Some(last)) if last > first => 1,
            (Some(first), Some(last)) if last < first => -1,
            _ => 0,
        };
        match self {
            Self::Linear(knots) => of(knots.iter().map(|knot| knot.1).collect()),
            Self::Banded(bands) => of(bands.iter().map(|band| band.2).collect()),
            Self::Deduct { .. } => -1,
            Self::TargetRatio { .. } | Self::Rated => 1,
        }
    }

    /// The scores that the curve names itself.
    pub(super) fn scores(&self) -> Vec<f64> {
        match self {
            Self::Linear(knots) => knots.iter().map(|knot| knot.1).collect(),
            Self::Banded(bands) => bands.iter().map(|band| band.2).collect(),
            Self::Deduct { from, floor, .. } => vec![*from, *floor],
            Self::TargetRatio { .. } | Self::Rated => Vec::new(),
        }
    }

    /// The score of a value, for showing how a scheme behaves; results come from SQL.
    pub fn score(&self, value: f64) -> f64 {
        match self {
            Self::Linear(knots) => {
                let after = knots.iter().position(|knot| value < knot.0);
                match after {
                    Some(0) => knots[0].1,
                    None => knots[knots.len() - 1].1,
                    Some(after) => {
                        let ((x0, y0), (x1, y1)) = (knots[after - 1], knots[after]);
                        y0 + (value - x0) * (y1 - y0) / (x1 - x0)
                    }
                }
            }
            Self::Banded(bands) => bands.iter().find(|band| value < band.1).or(bands.last()).map_or(0.0, |band| band.2),
            Self::Deduct { from, each, floor } => (from - each * value).max(*floor),
            Self::TargetRatio { target, cap } => target.map_or(0.0, |target| (value / target * 100.0).min(*cap)),
            Self::Rated => value,
        }
    }
}

fn linear(reader: &Reader<'_, '_>, line: usize, rows: &[Vec<f64>]) -> Option<Curve> {
    let mut knots: Vec<(f64, f64)> = rows.iter().map(|row| (row[0], row[1])).collect();
    if knots.len() < 2 {
        reader.problem(line, "linear: at least two knots are needed");
        return None;
    }
    if knots.iter().any(|(value, score)| !value.is_finite() || !score.is_finite()) {
        reader.problem(line, "linear: knots must be finite");
        return None;
    }
    let rising = |of: fn(&(f64, f64)) -> f64| knots.windows(2).all(|pair| of(&pair[0]) < of(&pair[1]));
    let falling = |of: fn(&(f64, f64)) -> f64| knots.windows(2).all(|pair| of(&pair[0]) > of(&pair[1]));
    if !rising(|knot| knot.0) && !falling(|knot| knot.0) {
        reader.problem(line, "linear: the values of the knots must rise from one to the next, or all fall");
        return None;
    }
    let scores = |descends: bool| {
        knots.windows(2).all(|pair| if descends { pair[0].1 >= pair[1].1 } else { pair[0].1 <= pair[1].1 })
    };
    if !scores(true) && !scores(false) {
        reader.problem(line, "linear: the scores of the knots must be monotone: a better value never scores less");
        return None;
    }
    knots.sort_by(|a, b| a.0.total_cmp(&b.0));
    Some(Curve::Linear(knots))
}

fn banded(reader: &Reader<'_, '_>, line: usize, rows: &[Vec<f64>]) -> Option<Curve> {
    let bands: Vec<(f64, f64, f64)> = match rows[0].len() {
        // Lower edges: the first band is open downwards, each ends where the next begins.
        2 => {
            let ends = rows.iter().skip(1).map(|row| row[0]).chain([f64::INFINITY]);
            let from = |index: usize, row: &Vec<f64>| if index == 0 { f64::NEG_INFINITY } else { row[0] };
            rows.iter().zip(ends).enumerate().map(|(index, (row, to))| (from(index, row), to, row[1])).collect()
        }
        _ => rows.iter().map(|row| (row[0], row[1], row[2])).collect(),
    };
    let is_line = bands.first().is_some_and(|band| band.0 == f64::NEG_INFINITY)
        && bands.last().is_some_and(|band| band.1 == f64::INFINITY);
    let edges_rise = rows.len() == 1 || rows.windows(2).all(|pair| pair[0][0] < pair[1][0]);
    if !edges_rise || bands.iter().any(|band| band.0 >= band.1) {
        reader.problem(line, "banded: the edges of the bands must rise");
        return None;
    }
    if let Some(pair) = bands.windows(2).find(|pair| pair[0].1 != pair[1].0) {
        let what = if pair[0].1 < pair[1].0 { "no band holds the values" } else { "two bands hold the values" };
        let (low, high) = (pair[0].1.min(pair[1].0), pair[0].1.max(pair[1].0));
        reader.problem(line, format!("banded: {what} from {low} to {high}; the bands must partition the line"));
        return None;
    }
    if !is_line {
        reader.problem(line, "banded: the first band must begin at -inf and the last end at inf");
        return None;
    }
    let scores = |descends: bool| {
        bands.windows(2).all(|pair| if descends { pair[0].2 >= pair[1].2 } else { pair[0].2 <= pair[1].2 })
    };
    if bands.iter().any(|band| !band.2.is_finite()) || (!scores(true) && !scores(false)) {
        reader.problem(line, "banded: the scores of the bands must be monotone: a better value never scores less");
        return None;
    }
    Some(Curve::Banded(bands))
}

fn deduct(reader: Reader<'_, '_>) -> Option<Curve> {
    let from = reader.number("from").map_or(100.0, |(_, from)| from);
    let floor = reader.number("floor").map_or(0.0, |(_, floor)| floor);
    let each = reader.number("each");
    let line = reader.line;
    let curve = match each {
        None => {
            reader.problem(line, "each is missing: the points that one case costs");
            None
        }
        Some((line, each)) if !(each > 0.0 && each.is_finite()) => {
            reader.problem(line, format!("each = {each}: it must be above 0"));
            None
        }
        Some(_) if !(floor <= from && from.is_finite() && floor.is_finite()) => {
            reader.problem(line, format!("floor = {floor} lies above from = {from}"));
            None
        }
        Some((_, each)) => Some(Curve::Deduct { from, each, floor }),
    };
    reader.finish();
    curve
}

fn target_ratio(reader: Reader<'_, '_>) -> Option<Curve> {
    let target = reader.number("target");
    let cap = reader.number("cap").unwrap_or((reader.line, TARGET_RATIO_CAP));
    let bad_target = target.filter(|(_, target)| !(*target > 0.0 && target.is_finite()));
    if let Some((line, target)) = bad_target {
        reader.problem(line, format!("target = {target}: it must be above 0"));
    }
    if !(cap.1 > 0.0 && cap.1.is_finite()) {
        reader.problem(cap.0, format!("cap = {}: it must be above 0", cap.1));
    }
    reader.finish();
    Some(Curve::TargetRatio { target: target.map(|(_, target)| target), cap: cap.1 })
}

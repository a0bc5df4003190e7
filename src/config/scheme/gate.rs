//! A veto (一票否决): a condition on the value of one indicator, and what it does to the total.

use super::reader::{Reader, hint};
use super::{Known, Tilt};

/// `[[gate]]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Gate {
    pub id: String,
    pub indicator: String,
    pub comparison: Comparison,
    pub threshold: f64,
    pub effect: Effect,
    pub significance: Significance,
    /// Fewer loans in the evidence of an amount fire no gate.
    pub min_loans: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    Below,
    AtMost,
    Above,
    AtLeast,
}

/// What a fired gate does.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    CapTotal(f64),
    CapGrade(String),
    ZeroDimension(String),
}

/// How sure a gate on counted cases must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Significance {
    None,
    Wilson95,
}

const COMPARISONS: [(&str, Comparison); 4] =
    [("<=", Comparison::AtMost), (">=", Comparison::AtLeast), ("<", Comparison::Below), (">", Comparison::Above)];
const MIN_LOANS: u32 = 3;

impl Comparison {
    pub fn sign(self) -> &'static str {
        COMPARISONS.iter().find(|(_, comparison)| *comparison == self).map_or("", |(sign, _)| sign)
    }

    /// The gate fires on small values.
    pub fn is_low(self) -> bool {
        matches!(self, Self::Below | Self::AtMost)
    }
}

impl Significance {
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Wilson95 => "wilson95",
        }
    }
}

impl Gate {
    pub(super) fn read(reader: Reader<'_, '_>, known: &[Known<'_>], tilt: Option<&Tilt>) -> Option<Self> {
        let id = reader.text("id");
        if id.is_none() {
            reader.problem(reader.line, "id is missing: the name under which a fired gate is listed");
        }
        let when = reader.text("when");
        if when.is_none() {
            reader.problem(reader.line, "when is missing, such as when = \"inspection_on_time_rate < 0.6\"");
        }
        let condition = when.and_then(|(line, when)| condition(&reader, line, &when, known, tilt));
        let choices = [("none", Significance::None), ("wilson95", Significance::Wilson95)];
        let significance = reader.choice("significance", &choices);
        if let (Some((line, Significance::Wilson95)), Some((indicator, ..))) = (&significance, &condition)
            && known.iter().any(|known| known.id == indicator && known.aggregate != "share")
        {
            reader.problem(
                *line,
                format!(
                    "significance = \"wilson95\": {indicator} is no share of counted cases; write min_loans instead"
                ),
            );
        }
        let min_loans = reader.count("min_loans").map_or(MIN_LOANS, |(_, loans)| loans);
        let effect = effect(&reader);
        reader.finish();
        let (indicator, comparison, threshold) = condition?;
        let significance = significance.map_or(Significance::None, |(_, significance)| significance);
        Some(Self { id: id?.1, indicator, comparison, threshold, effect: effect?, significance, min_loans })
    }
}

fn condition(
    reader: &Reader<'_, '_>,
    line: usize,
    when: &str,
    known: &[Known<'_>],
    tilt: Option<&Tilt>,
) -> Option<(String, Comparison, f64)> {
    const FORM: &str = "write an indicator, one of < <= > >=, and a number";
    let found = COMPARISONS.iter().find_map(|(sign, comparison)| Some((when.split_once(sign)?, *comparison)));
    let Some(((indicator, threshold), comparison)) = found else {
        reader.problem(line, format!("when = {when:?}: {FORM}"));
        return None;
    };
    let (indicator, threshold) = (indicator.trim().to_owned(), threshold.trim());
    if !known.iter().any(|known| known.id == indicator) {
        let ids: Vec<&str> = known.iter().map(|known| known.id).collect();
        reader.problem(line, format!("when = {when:?}: there is no indicator {indicator}{}", hint(&indicator, &ids)));
        return None;
    }
    let number = match (threshold, tilt) {
        ("npl_cap", Some(tilt)) => Some(tilt.npl_cap),
        ("npl_comfort", Some(tilt)) => Some(tilt.npl_comfort),
        _ => threshold.parse().ok().filter(|number: &f64| number.is_finite()),
    };
    if number.is_none() {
        reader.problem(line, format!("when = {when:?}: {threshold:?} is no number; {FORM}"));
    }
    Some((indicator, comparison, number?))
}

fn effect(reader: &Reader<'_, '_>) -> Option<Effect> {
    let effects = [
        reader.number("cap_total").map(|(_, cap)| Effect::CapTotal(cap)),
        reader.text("cap_grade").map(|(_, grade)| Effect::CapGrade(grade)),
        reader.text("zero_dimension").map(|(_, dimension)| Effect::ZeroDimension(dimension)),
    ];
    let mut given = effects.into_iter().flatten();
    match (given.next(), given.next()) {
        (Some(effect), None) => Some(effect),
        _ => {
            reader.problem(reader.line, "exactly one of cap_total, cap_grade, zero_dimension is expected");
            None
        }
    }
}

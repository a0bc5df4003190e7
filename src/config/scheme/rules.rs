//! What must hold between the parts of a scheme: weights, grades, gates, risk before return.

use toml::de::DeTable;

use super::reader::{Problems, hint};
use super::{Curve, Effect, Known, NOT_RATED, Scheme, line_of};

/// Sums of weights may differ by this from 1.
const TOLERANCE: f64 = 1e-9;
/// What risk and process must weigh together, whatever the headroom (银监发〔2012〕34号: clearly more than the others).
const RISK_AND_PROCESS: f64 = 0.5;

pub(super) fn check(scheme: &Scheme, table: &DeTable<'_>, known: &[Known<'_>], problems: &Problems<'_>) {
    let rules = Rules { scheme, table, known, problems };
    rules.dates();
    rules.dimension_weights();
    rules.indicator_weights();
    rules.curves();
    rules.small_samples();
    rules.tilt();
    rules.grades();
    rules.distribution();
    rules.gates();
}

struct Rules<'a, 't> {
    scheme: &'a Scheme,
    table: &'a DeTable<'t>,
    known: &'a [Known<'a>],
    problems: &'a Problems<'t>,
}

impl Rules<'_, '_> {
    fn line(&self, path: &[&str]) -> usize {
        line_of(self.table, path, self.problems)
    }

    fn problem(&self, path: &[&str], text: String) {
        self.problems.add(self.line(path), text);
    }

    fn known(&self, id: &str) -> Option<&super::Known<'_>> {
        self.known.iter().find(|known| known.id == id)
    }

    fn dates(&self) {
        let (scheme, approval) = (self.scheme, &self.scheme.approval);
        if scheme.judges() && scheme.version.is_empty() {
            self.problem(&[], "version is missing: the name of these rules in every run".to_owned());
        }
        if let (Some(from), Some(until)) = (scheme.effective_from, scheme.effective_until)
            && until < from
        {
            let text = format!("effective_until = {until} lies before effective_from = {from}");
            self.problem(&["effective_until"], text);
        }
        if let (Some(maker), Some(checker)) = (&approval.prepared_by, &approval.approved_by)
            && maker == checker
        {
            self.problem(
                &["approved_by"],
                "approved_by is prepared_by: who makes a scheme cannot approve it".to_owned(),
            );
        }
        if approval.approval_id.is_some() && approval.approved_by.is_none() {
            self.problem(&["approval_id"], "approval_id needs approved_by".to_owned());
        }
        for (key, value, greatest) in
            [("score_cap", scheme.score_cap, 1000.0), ("coverage_min", scheme.coverage_min, 1.0)]
        {
            if !(0.0..=greatest).contains(&value) {
                self.problem(&[key], format!("{key} = {value} must lie between 0 and {greatest}"));
            }
        }
    }

    fn dimension_weights(&self) {
        let dimensions = &self.scheme.dimensions;
        if dimensions.is_empty() {
            return;
        }
        for dimension in dimensions {
            for (key, weight) in [("base", dimension.base), ("tilt", dimension.tilt)] {
                if !(0.0..=1.0).contains(&weight) && !weight.is_nan() {
                    let path = ["dimension", &dimension.name, "weight"];
                    self.problem(
                        &path,
                        format!("[dimension.{}] weight {key} = {weight} must lie between 0 and 1", dimension.name),
                    );
                }
            }
        }
        type Weight = fn(&super::Dimension) -> f64;
        let weights: [(&str, Weight); 2] = [("base", |dimension| dimension.base), ("tilt", |dimension| dimension.tilt)];
        for (key, weight) in weights {
            let sum: f64 = dimensions.iter().map(weight).sum();
            if (sum - 1.0).abs() > TOLERANCE {
                let text = format!("the {key} weights of the dimensions add up to {}, not to 1", shown(sum));
                self.problem(&["dimension"], text);
            }
            let of = |name: &str| dimensions.iter().find(|dimension| dimension.name == name).map_or(0.0, weight);
            let (careful, earning) = (of("RISK") + of("PROCESS"), of("RETURN"));
            if careful < RISK_AND_PROCESS - TOLERANCE || careful <= earning {
                self.problem(
                    &["dimension"],
                    format!(
                        "RISK and PROCESS weigh {} together ({key}), RETURN {}: they must weigh at least {RISK_AND_PROCESS} and more than RETURN (银监发〔2012〕34号)",
                        shown(careful),
                        shown(earning)
                    ),
                );
            }
        }
    }

    fn indicator_weights(&self) {
        for dimension in &self.scheme.dimensions {
            let name = dimension.name.as_str();
            let weights = self.scheme.scored().filter(|rule| rule.dimension == name);
            let weights: Vec<f64> = weights.filter_map(|rule| rule.weight).collect();
            if weights.is_empty() {
                self.problem(&["dimension", name], format!("[dimension.{name}] has a weight and no scored indicator"));
                continue;
            }
            let sum: f64 = weights.iter().sum();
            if (sum - 1.0).abs() > TOLERANCE {
                let text =
                    format!("[dimension.{name}] the weights of its indicators add up to {}, not to 1", shown(sum));
                self.problem(&["dimension", name], text);
            }
        }
        for rule in self.scheme.scored() {
            if rule.weight.is_some_and(|weight| !(weight > 0.0 && weight <= 1.0)) {
                let text = format!("{}: weight = {} must lie above 0, at most 1", rule.id, rule.weight.unwrap_or(0.0));
                self.problems.add(rule.line, text);
            }
        }
        let rules = &self.scheme.indicators;
        for (index, rule) in rules.iter().enumerate() {
            if let Some(earlier) = rules[..index].iter().find(|earlier| earlier.id == rule.id) {
                let text = format!("{} stands in dimension {} already", rule.id, earlier.dimension);
                self.problems.add(rule.line, text);
            }
        }
    }

    fn curves(&self) {
        for rule in &self.scheme.indicators {
            let (Some(curve), Some(known)) = (&rule.curve, self.known(&rule.id)) else { continue };
            let wrong = match (known.better, curve.direction()) {
                ("lower", 1) => Some("a lower value is better, but the scores rise with it"),
                ("higher", -1) => Some("a higher value is better, but the scores fall with it"),
                _ => None,
            };
            if let Some(wrong) = wrong {
                self.problems.add(rule.line, format!("{}: {wrong}", rule.id));
            }
            let cap = self.scheme.score_cap;
            if let Some(score) = curve.scores().into_iter().find(|score| !(0.0..=cap).contains(score)) {
                let text = format!("{}: the score {score} does not lie between 0 and score_cap = {cap}", rule.id);
                self.problems.add(rule.line, text);
            }
            if matches!(curve, Curve::Rated) && known.unit != "points" {
                let text =
                    format!("{}: rated = true is for marks of 0 to 100 points; its unit is {}", rule.id, known.unit);
                self.problems.add(rule.line, text);
            }
        }
    }

    fn small_samples(&self) {
        for rule in &self.scheme.indicators {
            let Some(known) = self.known(&rule.id) else { continue };
            let is_quotient = matches!(known.aggregate, "ratio" | "share");
            if rule.is_case_mix && !(is_quotient && known.better == "lower") {
                let text = format!("{}: case_mix is for ratios of which a lower value is better", rule.id);
                self.problems.add(rule.line, text);
            }
            if rule.is_case_mix && matches!(rule.shrink, Some(super::Shrink::Beta { .. })) {
                let text =
                    format!("{}: shrink = {{ beta }} draws shares of cases, not what case_mix makes of them", rule.id);
                self.problems.add(rule.line, text);
            }
            if matches!(rule.shrink, Some(super::Shrink::Credibility { .. })) && !is_quotient {
                self.problems.add(rule.line, format!("{}: credibility is for ratios", rule.id));
            }
        }
    }

    fn tilt(&self) {
        let Some(tilt) = &self.scheme.tilt else { return };
        if tilt.npl_comfort > tilt.npl_cap {
            let text = format!("[tilt] npl_comfort = {} lies above npl_cap = {}", tilt.npl_comfort, tilt.npl_cap);
            self.problem(&["tilt", "npl_comfort"], text);
        }
    }

    fn grades(&self) {
        let grades = &self.scheme.grades;
        if grades.is_empty() {
            if self.scheme.judges() {
                self.problem(&[], "[grades] is missing, such as A = 90, B = 80, C = 70, D = 60, E = 0".to_owned());
            }
            return;
        }
        if grades.windows(2).any(|pair| pair[0].1 <= pair[1].1) {
            self.problem(&["grades"], "[grades] must fall from the best to the worst".to_owned());
        }
        if grades.last().is_some_and(|(_, least)| *least != 0.0) {
            self.problem(&["grades"], "[grades] the worst must be 0, so that every total has a grade".to_owned());
        }
        if grades.iter().any(|(name, _)| name == NOT_RATED) {
            self.problem(&["grades", NOT_RATED], format!("[grades] {NOT_RATED} is the grade of who cannot be rated"));
        }
    }

    fn distribution(&self) {
        let distribution = &self.scheme.distribution;
        if distribution.is_empty() {
            return;
        }
        let grades: Vec<&String> = self.scheme.grades.iter().map(|(name, _)| name).collect();
        if distribution.iter().map(|(name, _)| name).collect::<Vec<_>>() != grades {
            let text = "[distribution] must name the grades of [grades], in the same order".to_owned();
            self.problem(&["distribution"], text);
        }
        let sum: f64 = distribution.iter().map(|(_, share)| share).sum();
        if (sum - 1.0).abs() > TOLERANCE || distribution.iter().any(|(_, share)| *share < 0.0) {
            let text = format!("[distribution] the shares add up to {}, not to 1", shown(sum));
            self.problem(&["distribution"], text);
        }
    }

    fn gates(&self) {
        let scheme = self.scheme;
        for (index, gate) in scheme.gates.iter().enumerate() {
            if scheme.gates[..index].iter().any(|earlier| earlier.id == gate.id) {
                self.problem(&["gate"], format!("[[gate]] {}: the id is given twice", gate.id));
            }
            if gate.id.contains('|') || gate.id.is_empty() {
                self.problem(&["gate"], format!("[[gate]] id = {:?}: a name without | is expected", gate.id));
            }
            match &gate.effect {
                Effect::CapTotal(cap) if !(0.0..=scheme.score_cap).contains(cap) => {
                    let text =
                        format!("[[gate]] {}: cap_total = {cap} must lie between 0 and {}", gate.id, scheme.score_cap);
                    self.problem(&["gate"], text);
                }
                Effect::CapGrade(grade) if !scheme.grades.iter().any(|(name, _)| name == grade) => {
                    let names: Vec<&str> = scheme.grades.iter().map(|(name, _)| name.as_str()).collect();
                    let text = format!("[[gate]] {}: there is no grade {grade}{}", gate.id, hint(grade, &names));
                    self.problem(&["gate"], text);
                }
                Effect::ZeroDimension(name) if !scheme.dimensions.iter().any(|dimension| dimension.name == *name) => {
                    self.problem(&["gate"], format!("[[gate]] {}: no dimension {name} is weighed", gate.id));
                }
                _ => {}
            }
        }
    }
}

/// A sum of weights without the noise of binary fractions.
fn shown(sum: f64) -> f64 {
    (sum * 1e9).round() / 1e9
}

#[cfg(test)]
mod tests;

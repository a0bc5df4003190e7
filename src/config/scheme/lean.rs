//! Whether a scheme can lower a total when the NPL ratio improves: with `apply = "always"` the lean to return can cost more than the
//! better ratio earns.

use super::{Curve, Scheme, Tilt, TiltApply};

/// Two officers alike but for the NPL ratio, of whom the better has the lower total.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CounterExample {
    /// NPL ratio and total before gates.
    pub worse: (f64, f64),
    pub better: (f64, f64),
}

/// Scores of everything else: risk without fault, return without success.
const RISK: f64 = 100.0;
const RETURN: f64 = 0.0;
const OTHERS: f64 = 80.0;
/// NPL ratios looked at between 0 and the largest that moves anything.
const STEPS: usize = 400;

impl Scheme {
    /// The largest fall of a total that a better NPL ratio can cause, all other scores at their most unequal; `None` where none can.
    pub fn counter_example(&self) -> Option<CounterExample> {
        let tilt = self.tilt.as_ref().filter(|tilt| tilt.apply == TiltApply::Always)?;
        let rule = self.scored().find(|rule| rule.id == "npl_ratio")?;
        let (curve, weight) = (rule.curve.as_ref()?, rule.weight?);
        let largest = match curve {
            Curve::Linear(knots) => knots.iter().map(|knot| knot.0).fold(tilt.npl_cap, f64::max),
            _ => tilt.npl_cap,
        };
        let ratio = |step: usize| largest * (STEPS - step) as f64 / STEPS as f64;
        let points: Vec<(f64, f64)> = (0..=STEPS)
            .map(|step| (ratio(step), self.total(ratio(step), &rule.dimension, weight, curve.score(ratio(step)), tilt)))
            .collect();
        let mut found: Option<CounterExample> = None;
        let mut highest = *points.first()?;
        for better in points {
            if better.1 >= highest.1 {
                highest = better;
            } else if found.is_none_or(|found| highest.1 - better.1 > found.worse.1 - found.better.1 + 1e-9) {
                found = Some(CounterExample { worse: highest, better });
            }
        }
        found.filter(|found| found.worse.1 - found.better.1 > 1e-6)
    }

    fn total(&self, ratio: f64, of_ratio: &str, weight: f64, score: f64, tilt: &Tilt) -> f64 {
        let headroom = match tilt {
            tilt if ratio <= tilt.npl_comfort => 1.0,
            tilt if ratio >= tilt.npl_cap => 0.0,
            tilt => (tilt.npl_cap - ratio) / (tilt.npl_cap - tilt.npl_comfort),
        };
        let scored = |name: &str| {
            let rest = match name {
                "RISK" => RISK,
                "RETURN" => RETURN,
                _ => OTHERS,
            };
            if name == of_ratio { weight * score + (1.0 - weight) * rest } else { rest }
        };
        let leaned = |dimension: &super::Dimension| dimension.base + headroom * (dimension.tilt - dimension.base);
        self.dimensions.iter().map(|dimension| leaned(dimension) * scored(&dimension.name)).sum()
    }
}

impl std::fmt::Display for CounterExample {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let percent = |ratio: f64| (ratio * 1e4).round() / 1e2;
        write!(
            f,
            "with all else in RISK at {RISK}, RETURN at {RETURN} and the others at {OTHERS}, an NPL ratio of {} % gives {:.2}, the better one of {} % only {:.2}",
            percent(self.worse.0),
            self.worse.1,
            percent(self.better.0),
            self.better.1
        )
    }
}

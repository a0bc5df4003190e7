//! `auc(label, score)` and `ks(label, score)`: how well a score tells two groups apart.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, ListArray};
use arrow::datatypes::{DataType, Field, Float64Type};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{Accumulator, AggregateUDF, Volatility, create_udaf};

/// Area under the ROC curve, U / (n1 n0): the chance that a row with label 1 scores higher than one with label 0, ties one half.
///
/// label is 1 or 0 (any number but 0 counts as 1). Rows where either is NULL are left out; NULL where a group is empty.
/// Source: Mann and Whitney (1947); Hanley and McNeil (1982).
pub(super) fn auc() -> AggregateUDF {
    aggregate("auc", area)
}

/// Kolmogorov–Smirnov distance max |F1 − F0| between the scores of the two groups.
///
/// Arguments and NULLs as for `auc`. Source: Smirnov (1948).
pub(super) fn ks() -> AggregateUDF {
    aggregate("ks", distance)
}

fn aggregate(name: &str, measure: fn(&[Step]) -> f64) -> AggregateUDF {
    let list = DataType::List(Arc::new(Field::new("item", DataType::Float64, true)));
    create_udaf(
        name,
        vec![DataType::Float64, DataType::Float64],
        Arc::new(DataType::Float64),
        Volatility::Immutable,
        Arc::new(move |_| Ok(Box::new(Scored { points: Vec::new(), measure }))),
        Arc::new(vec![list.clone(), list]),
    )
}

#[derive(Debug)]
struct Scored {
    /// Label and score.
    points: Vec<(f64, f64)>,
    measure: fn(&[Step]) -> f64,
}

/// Rows of one score: how many have label 1 and 0.
#[derive(Debug, Clone, Copy)]
struct Step {
    ones: u64,
    zeros: u64,
}

impl Scored {
    fn add(&mut self, labels: &ArrayRef, scores: &ArrayRef) {
        let (labels, scores) = (labels.as_primitive::<Float64Type>(), scores.as_primitive::<Float64Type>());
        self.points.extend(labels.iter().zip(scores.iter()).filter_map(|(label, score)| Some((label?, score?))));
    }
}

impl Accumulator for Scored {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.add(&values[0], &values[1]);
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let steps = steps(&mut self.points);
        let has_both = steps.iter().any(|step| step.ones > 0) && steps.iter().any(|step| step.zeros > 0);
        Ok(ScalarValue::Float64(has_both.then(|| (self.measure)(&steps))))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.points.capacity() * size_of::<(f64, f64)>()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let list = |value: &dyn Fn(&(f64, f64)) -> f64| {
            let values = self.points.iter().map(|point| Some(value(point)));
            ScalarValue::List(Arc::new(ListArray::from_iter_primitive::<Float64Type, _, _>([Some(values)])))
        };
        Ok(vec![list(&|point| point.0), list(&|point| point.1)])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let (labels, scores) = (states[0].as_list::<i32>(), states[1].as_list::<i32>());
        for (labels, scores) in labels.iter().zip(scores.iter()) {
            if let (Some(labels), Some(scores)) = (labels, scores) {
                self.add(&labels, &scores);
            }
        }
        Ok(())
    }
}

/// The distinct scores, ascending.
fn steps(points: &mut [(f64, f64)]) -> Vec<Step> {
    points.sort_by(|a, b| a.1.total_cmp(&b.1));
    let step = |run: &[(f64, f64)]| {
        let ones = run.iter().filter(|point| point.0 != 0.0).count() as u64;
        Step { ones, zeros: run.len() as u64 - ones }
    };
    points.chunk_by(|a, b| a.1 == b.1).map(step).collect()
}

fn totals(steps: &[Step]) -> (f64, f64) {
    (steps.iter().map(|step| step.ones).sum::<u64>() as f64, steps.iter().map(|step| step.zeros).sum::<u64>() as f64)
}

fn area(steps: &[Step]) -> f64 {
    let (ones, zeros) = totals(steps);
    // Twice U, so that it stays a whole number.
    let (mut below, mut twice_u) = (0_u128, 0_u128);
    for step in steps {
        twice_u += u128::from(step.ones) * (2 * below + u128::from(step.zeros));
        below += u128::from(step.zeros);
    }
    twice_u as f64 / 2.0 / (ones * zeros)
}

fn distance(steps: &[Step]) -> f64 {
    let (ones, zeros) = totals(steps);
    let (mut seen_ones, mut seen_zeros, mut largest) = (0_u64, 0_u64, 0.0_f64);
    for step in steps {
        seen_ones += step.ones;
        seen_zeros += step.zeros;
        largest = largest.max((seen_ones as f64 / ones - seen_zeros as f64 / zeros).abs());
    }
    largest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(points: &[(f64, f64)]) -> (f64, f64) {
        let steps = steps(&mut points.to_vec());
        (area(&steps), distance(&steps))
    }

    #[test]
    fn a_perfect_score_is_one_and_a_useless_one_half() {
        assert_eq!(both(&[(0.0, 1.0), (0.0, 2.0), (1.0, 3.0)]), (1.0, 1.0));
        assert_eq!(both(&[(0.0, 1.0), (1.0, 1.0)]), (0.5, 0.0));
        assert_eq!(both(&[(1.0, 1.0), (0.0, 2.0)]), (0.0, 1.0));
    }

    #[test]
    fn ties_between_the_groups_count_one_half() {
        // By hand: pairs 3 > 2, 3 > 1, 2 = 2, 2 > 1 give 3.5 of 4.
        assert_eq!(both(&[(1.0, 3.0), (1.0, 2.0), (0.0, 2.0), (0.0, 1.0)]).0, 3.5 / 4.0);
    }
}

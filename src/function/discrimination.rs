//! `auc(label, score)` and `ks(label, score)`: how well a score tells two groups apart.

use datafusion::logical_expr::AggregateUDF;

use super::pairs;

/// Area under the ROC curve, U / (n1 n0): the chance that a row with label 1 scores higher than one with label 0, ties one half.
///
/// label is 1 or 0 (any number but 0 counts as 1). Rows where either is NULL are left out; NULL where a group is empty.
/// Source: Mann and Whitney (1947); Hanley and McNeil (1982).
pub(super) fn auc() -> AggregateUDF {
    pairs::aggregate("auc", area)
}

/// Kolmogorov–Smirnov distance max |F1 − F0| between the scores of the two groups.
///
/// Arguments and NULLs as for `auc`. Source: Smirnov (1948).
pub(super) fn ks() -> AggregateUDF {
    pairs::aggregate("ks", distance)
}

/// Rows of one score: how many have label 1 and 0.
#[derive(Debug, Clone, Copy)]
struct Step {
    ones: u64,
    zeros: u64,
}

/// The distinct scores, ascending, and how many rows of each label there are; `None` where a group is empty.
fn steps(points: &mut [(f64, f64)]) -> Option<(Vec<Step>, f64, f64)> {
    points.sort_by(|a, b| a.1.total_cmp(&b.1));
    let step = |run: &[(f64, f64)]| {
        let ones = run.iter().filter(|point| point.0 != 0.0).count() as u64;
        Step { ones, zeros: run.len() as u64 - ones }
    };
    let steps: Vec<Step> = points.chunk_by(|a, b| a.1 == b.1).map(step).collect();
    let ones: u64 = steps.iter().map(|step| step.ones).sum();
    let zeros: u64 = steps.iter().map(|step| step.zeros).sum();
    (ones > 0 && zeros > 0).then_some((steps, ones as f64, zeros as f64))
}

fn area(points: &mut [(f64, f64)]) -> Option<f64> {
    let (steps, ones, zeros) = steps(points)?;
    // Twice U, so that it stays a whole number.
    let (mut below, mut twice_u) = (0_u128, 0_u128);
    for step in steps {
        twice_u += u128::from(step.ones) * (2 * below + u128::from(step.zeros));
        below += u128::from(step.zeros);
    }
    Some(twice_u as f64 / 2.0 / (ones * zeros))
}

fn distance(points: &mut [(f64, f64)]) -> Option<f64> {
    let (steps, ones, zeros) = steps(points)?;
    let (mut seen_ones, mut seen_zeros, mut largest) = (0_u64, 0_u64, 0.0_f64);
    for step in steps {
        seen_ones += step.ones;
        seen_zeros += step.zeros;
        largest = largest.max((seen_ones as f64 / ones - seen_zeros as f64 / zeros).abs());
    }
    Some(largest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(points: &[(f64, f64)]) -> (f64, f64) {
        (area(&mut points.to_vec()).unwrap(), distance(&mut points.to_vec()).unwrap())
    }

    #[test]
    fn one_group_alone_cannot_be_told_from_another() {
        assert_eq!(area(&mut [(1.0, 1.0), (1.0, 2.0)]), None);
        assert_eq!(distance(&mut []), None);
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

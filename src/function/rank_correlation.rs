//! `kendall_tau_b(x, y)`: Kendall's rank correlation with ties.

use datafusion::logical_expr::AggregateUDF;

use super::pairs;

/// tau-b = (concordant − discordant) / √((pairs − ties in x)(pairs − ties in y)), between −1 and 1.
///
/// Rows where x or y is NULL are left out. NULL where one of the two never changes, or below two rows.
/// Source: Kendall (1945), The treatment of ties in ranking problems; Knight (1966) for the count in n log n.
pub(super) fn kendall_tau_b() -> AggregateUDF {
    pairs::aggregate("kendall_tau_b", tau_b)
}

fn tau_b(points: &mut [(f64, f64)]) -> Option<f64> {
    let pairs_of = |n: u64| n * n.saturating_sub(1) / 2;
    points.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let all = pairs_of(points.len() as u64);
    let tied_in_x: u64 = points.chunk_by(|a, b| a.0 == b.0).map(|run| pairs_of(run.len() as u64)).sum();
    let tied_in_both: u64 = points.chunk_by(|a, b| a == b).map(|run| pairs_of(run.len() as u64)).sum();
    let mut second: Vec<f64> = points.iter().map(|point| point.1).collect();
    let discordant = sort_counting_swaps(&mut second);
    let tied_in_y: u64 = second.chunk_by(|a, b| a == b).map(|run| pairs_of(run.len() as u64)).sum();
    let difference = (all + tied_in_both) as f64 - (tied_in_x + tied_in_y) as f64 - 2.0 * discordant as f64;
    let scale = ((all - tied_in_x) as f64 * (all - tied_in_y) as f64).sqrt();
    (scale > 0.0).then(|| difference / scale)
}

/// Sorts by merging and returns how many pairs stood in the wrong order.
fn sort_counting_swaps(values: &mut [f64]) -> u64 {
    if values.len() < 2 {
        return 0;
    }
    let (left, right) = values.split_at_mut(values.len() / 2);
    let mut swaps = sort_counting_swaps(left) + sort_counting_swaps(right);
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut l, mut r) = (0, 0);
    while l < left.len() && r < right.len() {
        if right[r] < left[l] {
            swaps += (left.len() - l) as u64;
            merged.push(right[r]);
            r += 1;
        } else {
            merged.push(left[l]);
            l += 1;
        }
    }
    merged.extend_from_slice(&left[l..]);
    merged.extend_from_slice(&right[r..]);
    values.copy_from_slice(&merged);
    swaps
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition, pair by pair.
    fn by_pairs(points: &[(f64, f64)]) -> Option<f64> {
        let (mut difference, mut x_pairs, mut y_pairs) = (0.0_f64, 0.0_f64, 0.0_f64);
        for (i, a) in points.iter().enumerate() {
            for b in &points[..i] {
                let sign = |d: f64| if d == 0.0 { 0.0 } else { d.signum() };
                let (x, y) = (sign(a.0 - b.0), sign(a.1 - b.1));
                difference += x * y;
                x_pairs += x * x;
                y_pairs += y * y;
            }
        }
        let scale = f64::sqrt(x_pairs * y_pairs);
        (scale > 0.0).then(|| difference / scale)
    }

    #[test]
    fn rising_together_is_one_and_against_each_other_minus_one() {
        assert_eq!(tau_b(&mut [(1.0, 10.0), (2.0, 20.0), (3.0, 30.0)]), Some(1.0));
        assert_eq!(tau_b(&mut [(1.0, 30.0), (2.0, 20.0), (3.0, 10.0)]), Some(-1.0));
        assert_eq!(tau_b(&mut [(1.0, 5.0), (1.0, 6.0)]), None);
        assert_eq!(tau_b(&mut []), None);
    }

    #[test]
    fn ties_are_counted_as_the_definition_counts_them() {
        // scipy.stats.kendalltau([1, 2, 2, 3, 4], [1, 3, 2, 2, 5]) = 0.666…
        let mut known = [(1.0, 1.0), (2.0, 3.0), (2.0, 2.0), (3.0, 2.0), (4.0, 5.0)];
        assert!((tau_b(&mut known).unwrap() - 2.0 / 3.0).abs() < 1e-12);
        let mut state = 7_u64;
        for n in 2..40 {
            let mut draw = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 60) as f64
            };
            let mut points: Vec<(f64, f64)> = (0..n).map(|_| (draw(), draw())).collect();
            match (by_pairs(&points), tau_b(&mut points)) {
                (Some(expected), Some(found)) => assert!((expected - found).abs() < 1e-12, "{n}"),
                (expected, found) => assert_eq!(expected, found),
            }
        }
    }
}

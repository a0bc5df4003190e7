//! `chi_squared_quantile(p, degrees)` and `normal_quantile(p)`: the value below which a share p of a distribution lies.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Float64Array};
use arrow::datatypes::{DataType, Float64Type};
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};
use statrs::distribution::{ContinuousCDF, Normal};
use statrs::function::gamma::{gamma_lr, ln_gamma};

/// Quantile of the chi-squared distribution with any positive number of degrees of freedom; NULL where p is not strictly between 0
/// and 1 or the degrees are not above 0.
///
/// Source: Wilson and Hilferty (1931) to begin with, Newton's method on the regularised incomplete gamma function to the last digits.
pub(super) fn chi_squared_quantile() -> ScalarUDF {
    create_udf(
        "chi_squared_quantile",
        vec![DataType::Float64, DataType::Float64],
        DataType::Float64,
        Volatility::Immutable,
        Arc::new(|arguments: &[ColumnarValue]| {
            let arrays = ColumnarValue::values_to_arrays(arguments)?;
            let (shares, degrees) = (arrays[0].as_primitive::<Float64Type>(), arrays[1].as_primitive::<Float64Type>());
            let quantiles = shares.iter().zip(degrees.iter()).map(|pair| match pair {
                (Some(share), Some(degrees)) => chi_squared(share, degrees),
                _ => None,
            });
            let quantiles: ArrayRef = Arc::new(quantiles.collect::<Float64Array>());
            Ok(ColumnarValue::Array(quantiles))
        }),
    )
}

/// Quantile of the standard normal distribution; NULL where p is not strictly between 0 and 1.
pub(super) fn normal_quantile() -> ScalarUDF {
    create_udf(
        "normal_quantile",
        vec![DataType::Float64],
        DataType::Float64,
        Volatility::Immutable,
        Arc::new(|arguments: &[ColumnarValue]| {
            let arrays = ColumnarValue::values_to_arrays(arguments)?;
            let shares = arrays[0].as_primitive::<Float64Type>();
            let quantiles: ArrayRef =
                Arc::new(shares.iter().map(|share| share.and_then(normal)).collect::<Float64Array>());
            Ok(ColumnarValue::Array(quantiles))
        }),
    )
}

fn normal(share: f64) -> Option<f64> {
    (share > 0.0 && share < 1.0).then(|| Normal::standard().inverse_cdf(share))
}

fn chi_squared(share: f64, degrees: f64) -> Option<f64> {
    if !(share > 0.0 && share < 1.0 && degrees > 0.0 && degrees.is_finite()) {
        return None;
    }
    let shape = degrees / 2.0;
    // Half the quantile is that of a gamma distribution of this shape.
    let spread = 1.0 / (9.0 * shape);
    let guess = shape * (1.0 - spread + normal(share)? * spread.sqrt()).powi(3);
    // For small shapes the left tail is x^shape / (shape gamma(shape)).
    let tail = ((share * shape).ln() + ln_gamma(shape)) / shape;
    let mut x = if guess > 0.0 { guess } else { tail.exp().min(shape) };
    if x < f64::MIN_POSITIVE {
        return Some(0.0);
    }
    let (mut low, mut high) = (0.0, x.max(shape) + 1.0);
    while gamma_lr(shape, high) < share {
        (low, high) = (high, high * 2.0);
    }
    x = x.clamp(low, high);
    for _ in 0..200 {
        let error = gamma_lr(shape, x) - share;
        if error > 0.0 {
            high = x
        } else {
            low = x
        }
        let density = ((shape - 1.0) * x.ln() - x - ln_gamma(shape)).exp();
        let step = x - error / density;
        let next = if step > low && step < high { step } else { (low + high) / 2.0 };
        if (next - x).abs() <= 1e-15 * x || next < f64::MIN_POSITIVE {
            return Some(2.0 * next);
        }
        x = next;
    }
    Some(2.0 * x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_tables() {
        let near = |found: Option<f64>, expected: f64| {
            let found = found.unwrap();
            assert!((found - expected).abs() <= 1e-11 * expected.abs(), "expected {expected}, found {found}");
        };
        // With two degrees of freedom the distribution is exponential: -2 ln(1 - p).
        for share in [0.001, 0.025, 0.5, 0.975, 0.999] {
            near(chi_squared(share, 2.0), -2.0 * (1.0 - share).ln());
        }
        near(normal(0.975), 1.959_963_984_540_054);
        near(normal(0.025), -1.959_963_984_540_054);
        // Hardly any degrees of freedom: nearly all of it lies at 0.
        assert_eq!(chi_squared(0.025, 1e-9), Some(0.0));
        for (share, degrees) in [(0.001, 1.0), (0.999, 0.1), (0.001, 1e6), (0.999, 1e6), (0.5, 3.7)] {
            let x = chi_squared(share, degrees).unwrap();
            assert!((gamma_lr(degrees / 2.0, x / 2.0) - share).abs() <= 1e-9 * share, "{share} of {degrees}");
        }
        // One degree of freedom: the square of the normal quantile.
        near(chi_squared(0.95, 1.0), 1.959_963_984_540_054_f64.powi(2));
    }

    #[test]
    fn there_is_no_quantile_outside_of_the_distribution() {
        assert_eq!((chi_squared(0.0, 2.0), chi_squared(1.0, 2.0), chi_squared(0.5, 0.0)), (None, None, None));
        assert_eq!((normal(0.0), normal(1.0), normal(f64::NAN)), (None, None, None));
    }
}

//! Aggregates of two columns that need every pair of numbers at once.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, ListArray};
use arrow::datatypes::{DataType, Field, Float64Type};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{Accumulator, AggregateUDF, Volatility, create_udaf};

/// What is measured on all pairs; `None` is NULL.
type Measure = fn(&mut [(f64, f64)]) -> Option<f64>;

/// `name(x, y)` over DOUBLE columns. Rows where x or y is NULL are left out; all others are held in memory until the measure is taken.
pub(super) fn aggregate(name: &str, measure: Measure) -> AggregateUDF {
    let list = DataType::List(Arc::new(Field::new("item", DataType::Float64, true)));
    create_udaf(
        name,
        vec![DataType::Float64, DataType::Float64],
        Arc::new(DataType::Float64),
        Volatility::Immutable,
        Arc::new(move |_| Ok(Box::new(Pairs { points: Vec::new(), measure }))),
        Arc::new(vec![list.clone(), list]),
    )
}

#[derive(Debug)]
struct Pairs {
    points: Vec<(f64, f64)>,
    measure: Measure,
}

impl Pairs {
    fn add(&mut self, x: &ArrayRef, y: &ArrayRef) {
        let (x, y) = (x.as_primitive::<Float64Type>(), y.as_primitive::<Float64Type>());
        self.points.extend(x.iter().zip(y.iter()).filter_map(|(x, y)| Some((x?, y?))));
    }
}

impl Accumulator for Pairs {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.add(&values[0], &values[1]);
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Float64((self.measure)(&mut self.points)))
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
        let (x, y) = (states[0].as_list::<i32>(), states[1].as_list::<i32>());
        for (x, y) in x.iter().zip(y.iter()) {
            if let (Some(x), Some(y)) = (x, y) {
                self.add(&x, &y);
            }
        }
        Ok(())
    }
}

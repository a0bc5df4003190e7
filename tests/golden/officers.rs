//! Officers, gates, grades and ranks in books that are small enough to check by hand.

crate::book::books!("officer": gates grade_border unusual_officers);

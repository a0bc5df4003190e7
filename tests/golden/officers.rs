//! Officers, gates, grades, ranks, targets and later defaults in books that are small enough to check by hand.

mod judged {
    crate::book::books!("officer": gates grade_border unusual_officers);
}

mod tail {
    crate::book::books!("tail": tail_risk_amount tail_risk_currency tail_risk_cut_off tail_risk_cut_off_at_month_end tail_risk_cut_off_in_first_month tail_risk_derived tail_risk_holder tail_risk_month tail_risk_window tail_risk_year );
}

mod target {
    crate::book::books!("target": target_above_parent_amounts target_above_parent_none target_above_parent_overlay target_above_parent_overlay_exceeded target_above_parent_rates target_blend target_case_mix target_cutoff target_given target_golden target_large target_levels target_month target_no_exposure target_none target_rates target_year targets_add_up_broken);
}

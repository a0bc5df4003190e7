//! Officers, gates, grades, ranks, targets and later defaults in books that are small enough to check by hand.

mod judged {
    use crate::support::Project;

    /// Twenty officers whose total is the mark of one report. Shares of 10, 20 and 70 %: two A, four more B. Three share the second place and
    /// so all get the better grade. Nineteen officers are graded by their totals.
    #[test]
    fn a_forced_distribution_gives_ties_at_a_border_the_better_grade() {
        let graded = |marks: &[u32]| {
            let rows = |row: &dyn Fn(usize, &u32) -> String| -> String {
                marks.iter().enumerate().map(|(place, mark)| row(place, mark)).collect()
            };
            let source = |table: &str| format!("[[source]]\ntable = \"{table}\"\npath = \"{table}.csv\"\n");
            let tables = ["officer", "loan", "officer_assignment", "loan_snapshot", "report_review"];
            let config = format!(
                "[project]\nname = \"marks\"\n[publish]\ntables = [\"officer_appraisal\"]\n{}",
                tables.map(source).concat()
            );
            let scheme = "version = \"marks\"\n[dimension.PROCESS]\nweight = { base = 1, tilt = 1 }\n\
                [dimension.PROCESS.indicator.report_quality_score]\nweight = 1\ncurve = { rated = true }\n\
                [grades]\nA = 90\nB = 80\nE = 0\n[distribution]\nA = 0.1\nB = 0.2\nE = 0.7\n";
            let project = Project::with_files(&[
                ("postloan.toml", &config),
                ("scheme.toml", scheme),
                ("officer.csv", &format!("officer_id,branch_id\n{}", rows(&|o, _| format!("O{o:02},B1\n")))),
                (
                    "loan.csv",
                    &format!(
                        "loan_id,customer_id,origination_date\n{}",
                        rows(&|o, _| format!("L{o},C{o},2024-01-01\n"))
                    ),
                ),
                (
                    "officer_assignment.csv",
                    &format!(
                        "loan_id,officer_id,share,valid_from\n{}",
                        rows(&|o, _| format!("L{o},O{o:02},1,2024-01-01\n"))
                    ),
                ),
                (
                    "loan_snapshot.csv",
                    &format!(
                        "loan_id,snapshot_date,status,principal_balance\n{}",
                        rows(&|o, _| format!("L{o},2025-03-31,ACTIVE,100\n"))
                    ),
                ),
                (
                    "report_review.csv",
                    &format!("review_id,officer_id,score\n{}", rows(&|o, mark| format!("R{o},O{o:02},{mark}\n"))),
                ),
            ]);
            project.ok(&["run", "--period", "2025Q1"]);
            let rows = project.sql("SELECT grade FROM officer_appraisal ORDER BY officer_id");
            rows.iter().map(|row| row["grade"].as_str().unwrap().to_owned()).collect::<String>()
        };
        let marks: Vec<u32> = vec![50, 49, 49, 49, 45, 44, 43, 42, 41, 40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 30];
        assert_eq!(graded(&marks), "AAAABBEEEEEEEEEEEEEE");
        assert_eq!(graded(&marks[..19]), "EEEEEEEEEEEEEEEEEEE");
    }

    crate::book::books!("officer": case_mix case_mix_collapsed gate_on_its_threshold gates grade_border rater_calibration unusual_officers);
}

mod tail {
    crate::book::books!("tail": tail_risk_amount tail_risk_currency tail_risk_cut_off tail_risk_cut_off_at_month_end tail_risk_cut_off_in_first_month tail_risk_derived tail_risk_holder tail_risk_month tail_risk_window tail_risk_year );
}

mod target {
    crate::book::books!("target": target_above_parent_amounts target_above_parent_none target_above_parent_overlay target_above_parent_overlay_exceeded target_above_parent_rates target_blend target_case_mix target_cutoff target_given target_golden target_large target_levels target_month target_no_exposure target_none target_rates target_year targets_add_up_broken);
}

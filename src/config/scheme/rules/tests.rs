//! Every rule of a scheme with its sentence and its line.

use super::*;

const GOOD: &str = r#"version = "2025-1"
effective_from = 2025-01-01
prepared_by = "1001"
approved_by = "2001"

[tilt]
apply = "favourable"
npl_cap = 0.05
npl_comfort = 0.02

[dimension.RISK]
weight = { base = 0.45, tilt = 0.30 }
[dimension.RISK.indicator.npl_ratio]
weight = 0.6
curve = { linear = [[0.08, 0], [0.03, 80], [0.01, 100]] }
case_mix = true
[dimension.RISK.indicator.warning_precision]
weight = 0.4
curve = { linear = [[0.10, 0], [0.40, 80], [0.70, 100]] }
shrink = { beta = [2, 3], min_peers = 6, floor = 1.0 }

[dimension.RETURN]
weight = { base = 0.20, tilt = 0.35 }
[dimension.RETURN.indicator.economic_profit]
weight = 1
curve = { target_ratio = { target = 1000000 } }

[dimension.CUSTOMER]
weight = { base = 0.15, tilt = 0.15 }
[dimension.CUSTOMER.indicator.complaint_count]
weight = 1
curve = { deduct = { from = 100, each = 25, floor = 0 } }

[dimension.PROCESS]
weight = { base = 0.20, tilt = 0.20 }
[dimension.PROCESS.indicator.inspection_on_time_rate]
weight = 0.5
curve = { banded = [[0, 0], [0.6, 60], [0.8, 100]] }
[dimension.PROCESS.indicator.report_quality_score]
weight = 0.5
curve = { rated = true }

[[gate]]
id = "G_INSPECTION"
when = "inspection_on_time_rate < 0.6"
cap_total = 69.99
significance = "wilson95"

[[gate]]
id = "G_NPL"
when = "npl_ratio > npl_cap"
cap_grade = "E"

[grades]
A = 90
B = 80
E = 0
"#;

const KNOWN: [Known<'static>; 6] = [
    Known { id: "npl_ratio", better: "lower", aggregate: "ratio", unit: "ratio" },
    Known { id: "warning_precision", better: "higher", aggregate: "share", unit: "ratio" },
    Known { id: "economic_profit", better: "higher", aggregate: "sum", unit: "amount" },
    Known { id: "complaint_count", better: "lower", aggregate: "sum", unit: "count" },
    Known { id: "inspection_on_time_rate", better: "higher", aggregate: "share", unit: "ratio" },
    Known { id: "report_quality_score", better: "higher", aggregate: "ratio", unit: "points" },
];

#[test]
fn a_scheme_is_read_with_its_defaults() {
    let scheme = Scheme::parse(GOOD, &KNOWN).unwrap();
    assert!(scheme.judges());
    assert_eq!((scheme.score_cap, scheme.coverage_min, scheme.periods_back()), (100.0, 0.6, 1));
    assert_eq!(scheme.scored().count(), 6);
    assert_eq!(scheme.indicators[0].id, "npl_ratio", "in the order of the file");
    let gate = &scheme.gates[1];
    assert_eq!((gate.threshold, gate.min_loans), (0.05, 3), "a gate may name the cap of the tilt");
    assert_eq!(scheme.counter_example(), None);
    assert!(!Scheme::none().judges());
}

/// What one change of the good scheme makes wrong: the line and the sentence.
#[track_caller]
fn fault(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "{from}");
    let problems = Scheme::parse(&GOOD.replacen(from, to, 1), &KNOWN).unwrap_err();
    let texts = problems.iter().map(|problem| format!("{}: {}", problem.line, problem.text));
    texts.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_rule_has_its_sentence() {
    let cases = [
        ("version = \"2025-1\"\n", "", "1: version is missing: the name of these rules in every run"),
        (
            "effective_from = 2025-01-01",
            "effective_from = 2025-01-01\neffective_until = 2024-12-31",
            "3: effective_until = 2024-12-31 lies before effective_from = 2025-01-01",
        ),
        (
            "approved_by = \"2001\"",
            "approved_by = \"1001\"",
            "4: approved_by is prepared_by: who makes a scheme cannot approve it",
        ),
        ("approved_by = \"2001\"", "approval_id = \"7\"", "4: approval_id needs approved_by"),
        ("version", "score_cap = 1001\nversion", "1: score_cap = 1001 must lie between 0 and 1000"),
        ("version", "coverage_min = 60\nversion", "1: coverage_min = 60 must lie between 0 and 1"),
        (
            "version",
            "peers = \"brnch\"\nversion",
            "1: peers = \"brnch\" is not one of peer_group, branch, role, all (did you mean branch?)",
        ),
        ("apply = \"favourable\"", "apply = \"never\"", "7: [tilt] apply = \"never\" is not one of always, favourable"),
        ("npl_comfort = 0.02", "npl_comfort = 0.06", "9: [tilt] npl_comfort = 0.06 lies above npl_cap = 0.05"),
        (
            "npl_comfort = 0.02\n",
            "",
            "6: [tilt] npl_comfort is missing\n50: [[gate]] 2 when = \"npl_ratio > npl_cap\": \"npl_cap\" is no number; write an indicator, one of < <= > >=, and a number",
        ),
        ("base = 0.45, tilt", "base = 0.35, tilt", "11: the base weights of the dimensions add up to 0.9, not to 1"),
        ("tilt = 0.35 }", "tilt = 0.34 }", "11: the tilt weights of the dimensions add up to 0.99, not to 1"),
        (
            "weight = 0.6",
            "weight = 0.59",
            "11: [dimension.RISK] the weights of its indicators add up to 0.99, not to 1",
        ),
        (
            "[0.03, 80], [0.01, 100]",
            "[0.03, 80], [0.01, 70]",
            "15: [dimension.RISK.indicator.npl_ratio] curve linear: the scores of the knots must be monotone: a better value never scores less",
        ),
        (
            "[0.08, 0], [0.03, 80]",
            "[0.02, 0], [0.03, 80]",
            "15: [dimension.RISK.indicator.npl_ratio] curve linear: the values of the knots must rise from one to the next, or all fall",
        ),
        (
            "[[0.08, 0], [0.03, 80], [0.01, 100]]",
            "[[0.08, 0]]",
            "15: [dimension.RISK.indicator.npl_ratio] curve linear: at least two knots are needed",
        ),
        (
            "[[0.08, 0], [0.03, 80], [0.01, 100]]",
            "[[0.08, 100], [0.03, 80], [0.01, 0]]",
            "13: npl_ratio: a lower value is better, but the scores rise with it",
        ),
        ("[0.01, 100]]", "[0.01, 101]]", "13: npl_ratio: the score 101 does not lie between 0 and score_cap = 100"),
        (
            "banded = [[0, 0], [0.6, 60], [0.8, 100]]",
            "banded = [[0, 0], [0.6, 60], [0.6, 100]]",
            "38: [dimension.PROCESS.indicator.inspection_on_time_rate] curve banded: the edges of the bands must rise",
        ),
        (
            "banded = [[0, 0], [0.6, 60], [0.8, 100]]",
            "banded = [[-inf, 0.6, 0], [0.7, inf, 100]]",
            "38: [dimension.PROCESS.indicator.inspection_on_time_rate] curve banded: no band holds the values from 0.6 to 0.7; the bands must partition the line",
        ),
        (
            "banded = [[0, 0], [0.6, 60], [0.8, 100]]",
            "banded = [[-inf, 0.6, 0], [0.5, inf, 100]]",
            "38: [dimension.PROCESS.indicator.inspection_on_time_rate] curve banded: two bands hold the values from 0.5 to 0.6; the bands must partition the line",
        ),
        (
            "banded = [[0, 0], [0.6, 60], [0.8, 100]]",
            "banded = [[0, 0.6, 0], [0.6, inf, 100]]",
            "38: [dimension.PROCESS.indicator.inspection_on_time_rate] curve banded: the first band must begin at -inf and the last end at inf",
        ),
        (
            "banded = [[0, 0], [0.6, 60], [0.8, 100]]",
            "banded = [[0, 0], [0.6, 60], [0.8, 50]]",
            "38: [dimension.PROCESS.indicator.inspection_on_time_rate] curve banded: the scores of the bands must be monotone: a better value never scores less",
        ),
        (
            "each = 25, floor = 0",
            "each = 0, floor = 0",
            "32: [dimension.CUSTOMER.indicator.complaint_count] curve deduct each = 0: it must be above 0",
        ),
        (
            "from = 100, each = 25, floor = 0",
            "from = 10, each = 25, floor = 20",
            "32: [dimension.CUSTOMER.indicator.complaint_count] curve deduct floor = 20 lies above from = 10",
        ),
        (
            "target = 1000000",
            "target = 0",
            "26: [dimension.RETURN.indicator.economic_profit] curve target_ratio target = 0: it must be above 0",
        ),
        (
            "curve = { rated = true }",
            "",
            "39: [dimension.PROCESS.indicator.report_quality_score] curve is missing: an indicator that is scored needs its target values",
        ),
        (
            "curve = { rated = true }",
            "curve = { rated = true, linear = [[0, 0], [1, 1]] }",
            "41: [dimension.PROCESS.indicator.report_quality_score] curve only one of linear, banded, deduct, target_ratio or rated is possible",
        ),
        (
            "curve = { deduct = { from = 100, each = 25, floor = 0 } }",
            "curve = { rated = true }",
            "30: complaint_count: a lower value is better, but the scores rise with it\n30: complaint_count: rated = true is for marks of 0 to 100 points; its unit is count",
        ),
        (
            "beta = [2, 3]",
            "beta = [0, 3]",
            "20: [dimension.RISK.indicator.warning_precision] shrink beta = [0.0, 3.0]: both numbers must be above 0",
        ),
        (
            "floor = 1.0 }",
            "floor = -1 }",
            "20: [dimension.RISK.indicator.warning_precision] shrink floor = -1 must be 0 or more",
        ),
        (
            "shrink = { beta = [2, 3], min_peers = 6, floor = 1.0 }",
            "shrink = { credibility = 1 }",
            "20: [dimension.RISK.indicator.warning_precision] shrink credibility = 1: at least 2 periods are needed",
        ),
        (
            "shrink = { beta = [2, 3], min_peers = 6, floor = 1.0 }",
            "shrink = { }",
            "20: [dimension.RISK.indicator.warning_precision] shrink either beta = [successes, failures] or credibility = a number of periods is expected",
        ),
        (
            "shrink = { beta = [2, 3], min_peers = 6, floor = 1.0 }",
            "case_mix = true",
            "17: warning_precision: case_mix is for ratios of which a lower value is better",
        ),
        (
            "case_mix = true",
            "case_mix = true\nshrink = { beta = [2, 3] }",
            "13: npl_ratio: shrink = { beta } draws shares of cases, not what case_mix makes of them",
        ),
        (
            "curve = { deduct =",
            "shrink = { credibility = 4 }\ncurve = { deduct =",
            "30: complaint_count: credibility is for ratios",
        ),
        (
            "inspection_on_time_rate < 0.6",
            "inspection_on_time < 0.6",
            "45: [[gate]] 1 when = \"inspection_on_time < 0.6\": there is no indicator inspection_on_time (did you mean inspection_on_time_rate?)",
        ),
        (
            "inspection_on_time_rate < 0.6",
            "inspection_on_time_rate is bad",
            "45: [[gate]] 1 when = \"inspection_on_time_rate is bad\": write an indicator, one of < <= > >=, and a number",
        ),
        (
            "npl_ratio > npl_cap",
            "npl_ratio > cap",
            "51: [[gate]] 2 when = \"npl_ratio > cap\": \"cap\" is no number; write an indicator, one of < <= > >=, and a number",
        ),
        ("cap_grade = \"E\"", "cap_grade = \"F\"", "43: [[gate]] G_NPL: there is no grade F (did you mean A?)"),
        ("cap_grade = \"E\"", "zero_dimension = \"SPORT\"", "43: [[gate]] G_NPL: no dimension SPORT is weighed"),
        (
            "cap_grade = \"E\"",
            "cap_grade = \"E\"\ncap_total = 50",
            "49: [[gate]] 2 exactly one of cap_total, cap_grade, zero_dimension is expected",
        ),
        (
            "cap_total = 69.99",
            "cap_total = 169.99",
            "43: [[gate]] G_INSPECTION: cap_total = 169.99 must lie between 0 and 100",
        ),
        ("id = \"G_NPL\"", "id = \"G_INSPECTION\"", "43: [[gate]] G_INSPECTION: the id is given twice"),
        ("id = \"G_NPL\"", "id = \"G|NPL\"", "43: [[gate]] id = \"G|NPL\": a name without | is expected"),
        ("id = \"G_NPL\"\n", "", "49: [[gate]] 2 id is missing: the name under which a fired gate is listed"),
        (
            "cap_grade = \"E\"",
            "cap_grade = \"E\"\nsignificance = \"wilson95\"",
            "53: [[gate]] 2 significance = \"wilson95\": npl_ratio is no share of counted cases; write min_loans instead",
        ),
        (
            "[grades]\nA = 90\nB = 80\nE = 0\n",
            "",
            "1: [grades] is missing, such as A = 90, B = 80, C = 70, D = 60, E = 0\n43: [[gate]] G_NPL: there is no grade E",
        ),
        ("B = 80", "B = 95", "54: [grades] must fall from the best to the worst"),
        ("E = 0", "E = 10", "54: [grades] the worst must be 0, so that every total has a grade"),
        ("B = 80", "NR = 80", "56: [grades] NR is the grade of who cannot be rated"),
        (
            "E = 0\n",
            "E = 0\n[distribution]\nA = 0.1\nB = 0.8\n",
            "58: [distribution] must name the grades of [grades], in the same order\n58: [distribution] the shares add up to 0.9, not to 1",
        ),
        ("E = 0\n", "E = 0\n[branch]\nown_weight = 2\n", "59: [branch] own_weight = 2 must lie between 0 and 1"),
        ("E = 0\n", "E = 0\n[targets]\nblend = 2\n", "59: [targets] blend = 2 must lie between 0 and 1"),
        ("E = 0\n", "E = 0\n[targets]\noverlay_max = -1\n", "59: [targets] overlay_max = -1 must lie between 0 and 1"),
        (
            "E = 0\n",
            "E = 0\n[case_mix]\nmin_loans = 0.5\n",
            "59: [case_mix] min_loans: a whole number, 0 or more, is expected",
        ),
        (
            "[dimension.CUSTOMER.indicator.complaint_count]",
            "[dimension.CUSTOMER.indicator.npl_ratio]",
            "30: npl_ratio stands in dimension RISK already",
        ),
        (
            "[dimension.CUSTOMER]\nweight = { base = 0.15, tilt = 0.15 }\n",
            "",
            "11: the base weights of the dimensions add up to 0.85, not to 1\n11: the tilt weights of the dimensions add up to 0.85, not to 1\n29: [dimension.CUSTOMER.indicator.complaint_count] weight: [dimension.CUSTOMER] has no weight = { base = …, tilt = … }",
        ),
    ];
    let found = cases.map(|(from, to, expected)| (from, to, expected, fault(from, to)));
    let wrong = found.iter().filter(|(_, _, expected, found)| expected != found);
    let wrong: Vec<String> =
        wrong.map(|(from, to, expected, found)| format!("{from:?} as {to:?}:\n{expected}\n{found}\n")).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn risk_and_process_outweigh_return_also_with_full_headroom() {
    let sentence = fault("tilt = 0.30", "tilt = 0.14").replace("tilt = 0.35", "");
    assert!(
        sentence.contains("RISK and PROCESS weigh 0.34 together (tilt), RETURN 0.35: they must weigh at least 0.5 and more than RETURN"),
        "{sentence}"
    );
}

#[test]
fn a_slip_an_unknown_indicator_a_missing_hundredth_and_a_bent_curve_are_told_at_once() {
    let text = GOOD
        .replace("approved_by", "aproved_by")
        .replace("indicator.economic_profit", "indicator.economic_proffit")
        .replace("weight = 0.4", "weight = 0.39")
        .replace("[0.40, 80], [0.70, 100]", "[0.40, 80], [0.70, 60]");
    let problems = Scheme::parse(&text, &KNOWN).unwrap_err();
    let found: Vec<(usize, &str)> = problems.iter().map(|problem| (problem.line, problem.text.as_str())).collect();
    assert_eq!(found.len(), 4, "{found:?}");
    assert!(found[0].1.starts_with("there is no key aproved_by (did you mean approved_by?)"));
    assert_eq!(
        (found[0].0, found[1], found[2].0, found[3]),
        (
            4,
            (11, "[dimension.RISK] the weights of its indicators add up to 0.99, not to 1"),
            19,
            (
                24,
                "[dimension.RETURN.indicator.economic_proffit] there is no indicator economic_proffit (did you mean economic_profit?)"
            ),
        )
    );
    assert!(found[2].1.contains("must be monotone"));
}

#[test]
fn always_can_punish_a_better_ratio_and_says_how() {
    let scheme = Scheme::parse(&GOOD.replace("favourable", "always"), &KNOWN).unwrap();
    let found = scheme.counter_example().unwrap();
    assert!(found.worse.0 > found.better.0 && found.worse.1 > found.better.1, "{found:?}");
}

#[test]
fn a_scheme_may_only_say_how_small_samples_are_treated() {
    let text = "[dimension.PROCESS.indicator.inspection_on_time_rate]\nshrink = { beta = [2, 3] }\nmin_n = 5\n";
    let scheme = Scheme::parse(text, &KNOWN).unwrap();
    assert!(!scheme.judges());
    assert_eq!(scheme.indicators[0].min_n, Some(5));
}

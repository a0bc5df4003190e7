//! From the tables of `scheme.toml` to a [`Scheme`]: keys, types, defaults. What must hold between the parts stands in `rules`.

use super::reader::{Reader, hint};
use super::{
    Approval, CaseMix, Curve, DIMENSIONS, Dimension, Gate, IndicatorRule, Known, Peers, Scheme, Shrink, TargetRules,
    Tilt, TiltApply,
};

/// Reads the whole file; what cannot be read is a problem of the reader, and a default stands in.
pub(super) fn scheme(reader: Reader<'_, '_>, known: &[Known<'_>]) -> Scheme {
    let version = reader.text("version").map(|(_, version)| version).unwrap_or_default();
    let text = |key| reader.text(key).map(|(_, text)| text);
    let date = |key| reader.date(key).map(|(_, date)| date);
    let tilt = reader.table("tilt", "[tilt]").and_then(read_tilt);
    let (mut dimensions, mut indicators) = (Vec::new(), Vec::new());
    if let Some(tables) = reader.table("dimension", "[dimension]") {
        for (name, table) in tables.named_tables() {
            read_dimension(&name, table, known, &mut dimensions, &mut indicators);
        }
    }
    let gates = reader.tables("gate").into_iter().filter_map(|gate| Gate::read(gate, known, tilt.as_ref()));
    let gates = gates.collect();
    let named = |key, place| {
        let table = reader.table(key, place);
        table.map(|table| table.named_numbers().into_iter().map(|(_, name, number)| (name, number)).collect())
    };
    let grades: Vec<(String, f64)> = named("grades", "[grades]").unwrap_or_default();
    let distribution: Vec<(String, f64)> = named("distribution", "[distribution]").unwrap_or_default();
    let peers =
        [("peer_group", Peers::PeerGroup), ("branch", Peers::Branch), ("role", Peers::Role), ("all", Peers::All)];
    let scheme = Scheme {
        version,
        effective_from: date("effective_from"),
        effective_until: date("effective_until"),
        approval: Approval {
            prepared_by: text("prepared_by"),
            approved_by: text("approved_by"),
            approved_on: date("approved_on"),
            approval_id: text("approval_id"),
        },
        is_draft: reader.flag("draft").is_some_and(|(_, is_draft)| is_draft),
        score_cap: reader.number("score_cap").map_or(100.0, |(_, cap)| cap),
        coverage_min: reader.number("coverage_min").map_or(0.6, |(_, least)| least),
        peers: reader.choice("peers", &peers).map(|(_, peers)| peers).unwrap_or_default(),
        own_weight: read_branch(&reader),
        case_mix: CaseMix { min_loans: read_case_mix(&reader) },
        targets: read_targets(&reader),
        tilt,
        dimensions,
        indicators,
        gates,
        grades,
        distribution,
    };
    reader.finish();
    scheme
}

fn read_tilt(reader: Reader<'_, '_>) -> Option<Tilt> {
    let choices = [("always", TiltApply::Always), ("favourable", TiltApply::Favourable)];
    let apply = reader.choice("apply", &choices).map_or(TiltApply::Favourable, |(_, apply)| apply);
    let (cap, comfort) = (reader.number("npl_cap"), reader.number("npl_comfort"));
    for (key, value) in [("npl_cap", &cap), ("npl_comfort", &comfort)] {
        match value {
            None => reader.problem(reader.line, format!("{key} is missing")),
            Some((line, value)) if !(0.0..=1.0).contains(value) => {
                reader.problem(*line, format!("{key} = {value} must lie between 0 and 1"));
            }
            Some(_) => {}
        }
    }
    reader.finish();
    Some(Tilt { apply, npl_cap: cap?.1, npl_comfort: comfort?.1 })
}

fn read_dimension(
    name: &str,
    reader: Reader<'_, '_>,
    known: &[Known<'_>],
    dimensions: &mut Vec<Dimension>,
    indicators: &mut Vec<IndicatorRule>,
) {
    if !DIMENSIONS.contains(&name) {
        let text = format!("the dimensions are {}{}", DIMENSIONS.join(", "), hint(name, &DIMENSIONS));
        reader.problem(reader.line, text);
    }
    let weight = reader.table("weight", &format!("{} weight", reader.place)).map(|weight| {
        let (base, tilt) = (weight.number("base"), weight.number("tilt"));
        if base.is_none() {
            weight.problem(weight.line, "base is missing");
        }
        let base = base.map_or(f64::NAN, |(_, base)| base);
        let dimension = Dimension { name: name.to_owned(), base, tilt: tilt.map_or(base, |(_, tilt)| tilt) };
        weight.finish();
        dimension
    });
    let is_weighed = weight.is_some();
    dimensions.extend(weight);
    let place = format!("{}.indicator]", reader.place.trim_end_matches(']'));
    if let Some(tables) = reader.table("indicator", &place) {
        for (id, table) in tables.named_tables() {
            indicators.push(read_indicator(id, name, is_weighed, table, known));
        }
    }
    reader.finish();
}

fn read_indicator(
    id: String,
    dimension: &str,
    is_weighed: bool,
    reader: Reader<'_, '_>,
    known: &[Known<'_>],
) -> IndicatorRule {
    if !known.iter().any(|known| known.id == id) {
        let ids: Vec<&str> = known.iter().map(|known| known.id).collect();
        reader.problem(reader.line, format!("there is no indicator {id}{}", hint(&id, &ids)));
    }
    let curve = reader.table("curve", &format!("{} curve", reader.place)).map(|curve| {
        let read = Curve::read(&curve);
        curve.finish();
        read
    });
    let weight = reader.number("weight");
    match (&weight, &curve) {
        (Some(_), None) => {
            reader.problem(reader.line, "curve is missing: an indicator that is scored needs its target values")
        }
        (None, Some(_)) => reader.problem(reader.line, "weight is missing: an indicator with a curve is scored"),
        _ => {}
    }
    if let (Some((line, _)), false) = (weight, is_weighed) {
        reader.problem(line, format!("weight: [dimension.{dimension}] has no weight = {{ base = …, tilt = … }}"));
    }
    let rule = IndicatorRule {
        dimension: dimension.to_owned(),
        weight: weight.map(|(_, weight)| weight),
        curve: curve.flatten(),
        min_n: reader.count("min_n").map(|(_, least)| least),
        shrink: reader.table("shrink", &format!("{} shrink", reader.place)).and_then(read_shrink),
        is_case_mix: reader.flag("case_mix").is_some_and(|(_, is_case_mix)| is_case_mix),
        line: reader.line,
        id,
    };
    reader.finish();
    rule
}

fn read_shrink(reader: Reader<'_, '_>) -> Option<Shrink> {
    let beta = reader.pair("beta");
    let periods = reader.count("credibility");
    let shrink = match (beta, periods) {
        (Some((line, prior)), None) => {
            if prior.iter().any(|cases| !cases.is_finite() || *cases <= 0.0) {
                reader.problem(line, format!("beta = {prior:?}: both numbers must be above 0"));
            }
            let floor = reader.number("floor").unwrap_or((line, 0.0));
            if !(floor.1.is_finite() && floor.1 >= 0.0) {
                reader.problem(floor.0, format!("floor = {} must be 0 or more", floor.1));
            }
            let min_peers = reader.count("min_peers").map_or(6, |(_, peers)| peers);
            Some(Shrink::Beta { prior, min_peers, floor: floor.1 })
        }
        (None, Some((line, periods))) => {
            if periods < 2 {
                reader.problem(line, format!("credibility = {periods}: at least 2 periods are needed"));
            }
            Some(Shrink::Credibility { periods: periods.max(2) })
        }
        _ => {
            reader.problem(
                reader.line,
                "either beta = [successes, failures] or credibility = a number of periods is expected",
            );
            None
        }
    };
    reader.finish();
    shrink
}

fn read_branch(reader: &Reader<'_, '_>) -> f64 {
    let Some(branch) = reader.table("branch", "[branch]") else { return 0.0 };
    let weight = branch.number("own_weight").unwrap_or((branch.line, 0.0));
    if !(0.0..=1.0).contains(&weight.1) {
        branch.problem(weight.0, format!("own_weight = {} must lie between 0 and 1", weight.1));
    }
    branch.finish();
    weight.1
}

fn read_case_mix(reader: &Reader<'_, '_>) -> u32 {
    const MIN_LOANS: u32 = 30;
    let Some(case_mix) = reader.table("case_mix", "[case_mix]") else { return MIN_LOANS };
    let least = case_mix.count("min_loans").map_or(MIN_LOANS, |(_, least)| least);
    case_mix.finish();
    least
}

fn read_targets(reader: &Reader<'_, '_>) -> TargetRules {
    let mut rules = TargetRules { blend: 1.0, segment: None, overlay_max: 0.0 };
    let Some(targets) = reader.table("targets", "[targets]") else { return rules };
    if let Some((line, blend)) = targets.number("blend") {
        if !(0.0..=1.0).contains(&blend) {
            targets.problem(line, format!("blend = {blend} must lie between 0 and 1"));
        }
        rules.blend = blend;
    }
    let segments = ["industry", "product", "size_band", "region", "customer_type"].map(|name| (name, name));
    rules.segment = targets.choice("segment", &segments).map(|(_, segment)| segment.to_owned());
    if let Some((line, overlay)) = targets.number("overlay_max") {
        if !(0.0..=1.0).contains(&overlay) {
            targets.problem(line, format!("overlay_max = {overlay} must lie between 0 and 1"));
        }
        rules.overlay_max = overlay;
    }
    targets.finish();
    rules
}
